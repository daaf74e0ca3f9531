// What `scripts/build.mjs` knows of the bundle when it makes a script.

declare module 'virtual:bundle' {
  /** Name -> where it lies and its digest. Empty while developing. */
  export const files: Record<string, { url: string; integrity: string }>;
}

declare module 'virtual:texts' {
  /** Language -> its texts. Empty in a build, which has them as files of their own. */
  export const texts: Record<string, string>;
  /** Language -> the words of safety numbers, a line each. */
  export const words: Partial<Record<string, string>>;
}

declare module 'virtual:shipped' {
  /** Path -> digest, of everything but the service worker itself. */
  export const files: Record<string, string>;
  /** Another one for other files. */
  export const version: string;
  export const texts: Record<string, { title: string; body: string }>;
}
