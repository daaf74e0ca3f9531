// The scripts of the page: one that starts it, and those of the parts that are loaded when they are first opened.
import { basename } from 'node:path';
import { checkScript } from './checks.mjs';

/** Name of each part -> its scripts in the order in which they must run, out of what the bundler made. */
export function partsOf(output) {
  const chunks = new Map(output.filter(({ type }) => type === 'chunk').map((chunk) => [chunk.fileName, chunk]));
  const all = [...chunks.values()];
  const [entry, ...others] = all.filter((chunk) => chunk.isEntry);
  if (!entry || others.length > 0 || entry.imports.length > 0) throw new Error('the page is not started by one script');

  const withImports = (path, before = []) => {
    if (path === entry.fileName || before.includes(path)) return before;
    const imported = chunks.get(path).imports.reduce((paths, next) => withImports(next, paths), before);
    return [...imported, path];
  };
  const parts = Object.fromEntries(all.filter((chunk) => chunk.isDynamicEntry).map(({ name, fileName }) => [name, withImports(fileName)]));

  const reached = new Set([entry.fileName, ...Object.values(parts).flat()]);
  for (const { fileName, code } of all) {
    if (!reached.has(fileName)) throw new Error(`${fileName}: belongs to no part`);
    // Parts don't load parts: what a part needs is known, with its digest, before it is opened.
    checkScript(fileName, code, fileName === entry.fileName ? entry.dynamicImports.map((path) => basename(path)) : []);
  }
  return parts;
}

/** What `src/parts.svelte.ts` looks for: scripts that don't run here. `tag` makes one of a path. */
export const templates = (parts, tag) =>
  Object.entries(parts).sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, paths]) => `    <template data-part="${name}">${paths.map(tag).join('')}</template>\n`).join('');
