// The words of the interface, by key, as the page itself finds them: tests ask for a button by what an officer reads.
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const { FluentBundle, FluentResource } = createRequire(join(root, 'client-web/package.json'))('@fluent/bundle');

export const LANGUAGES = ['en', 'fr', 'es', 'ar'];

/** `t(key, args)` in one language; a key that is missing fails. */
export function texts(lang) {
  const bundle = new FluentBundle(lang === 'ar' ? 'ar-u-nu-latn' : lang);
  for (const folder of ['client/locales', 'client-web/locales']) {
    const dir = join(root, folder, lang);
    for (const file of readdirSync(dir).filter((name) => name.endsWith('.ftl'))) {
      bundle.addResource(new FluentResource(readFileSync(join(dir, file), 'utf8')), { allowOverrides: true });
    }
  }
  return (key, args = {}) => {
    const pattern = bundle.getMessage(key)?.value;
    if (!pattern) throw new Error(`no text ${key} in ${lang}`);
    return bundle.formatPattern(pattern, args, []);
  };
}
