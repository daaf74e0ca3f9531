// Digests of files, and the one of them all.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, extname, join } from 'node:path';

/** Paths of all files below a directory, with `/`, in the order of their bytes. */
export function filesBelow(directory) {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(directory.length + 1).replaceAll('\\', '/'))
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** As `integrity` attributes want it. */
export const integrity = (bytes) => `sha384-${createHash('sha384').update(bytes).digest('base64')}`;

export const sha384 = (bytes) => createHash('sha384').update(bytes).digest('hex');

/** `core.wasm` -> `core.1a2b3c4d5e6f.wasm`: the hub lets browsers keep such names for good. */
export function contentName(name, bytes) {
  const extension = extname(name);
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  return `${basename(name, extension)}.${hash}${extension}`;
}

/** SHA-256 over the lines "path sha384" of all files, in order: `docs/WEB.md` has the same as a shell command. */
export function bundleDigest(directory, paths) {
  const files = Object.fromEntries(paths.map((path) => [path, sha384(readFileSync(join(directory, path)))]));
  const lines = Object.entries(files).map(([path, digest]) => `${path} ${digest}\n`);
  return { digest: createHash('sha256').update(lines.join('')).digest('hex'), files };
}
