// Where code may come from: the service worker, and the worker that `core/start.ts` fetched with its digest.
const SERVICE_WORKER = '/sw.js';

function allowed(url: string): string {
  const isOwnBlob = url.startsWith(`blob:${location.origin}/`);
  const isSource = import.meta.env.DEV && url.startsWith('/src/core/');
  if (url === SERVICE_WORKER || isOwnBlob || isSource) return url;
  throw new TypeError('not a script of this page');
}

interface Policy { createScriptURL(url: string): unknown }
interface Factory { createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): Policy }

const { trustedTypes } = globalThis as { trustedTypes?: Factory };
const policy: Policy = trustedTypes?.createPolicy('entente', { createScriptURL: allowed }) ?? { createScriptURL: allowed };

/** For `new Worker` and for registering the service worker; anything else is refused. */
export function scriptUrl(url: string): string {
  return policy.createScriptURL(url) as string;
}
