// The words of the interface, by key, as the page itself finds them: tests ask for a button by what an officer reads.
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { LANGUAGES, pageTexts } from '../../client-web/scripts/texts.mjs';

const web = resolve(import.meta.dirname, '../../client-web');
const { FluentBundle, FluentResource } = createRequire(join(web, 'package.json'))('@fluent/bundle');

export { LANGUAGES };

/** `t(key, args)` in one language; a key that is missing fails. */
export function texts(lang) {
  const bundle = new FluentBundle(lang === 'ar' ? 'ar-u-nu-latn' : lang);
  bundle.addResource(new FluentResource(pageTexts(lang)), { allowOverrides: true });
  return (key, args = {}) => {
    const pattern = bundle.getMessage(key)?.value;
    if (!pattern) throw new Error(`no text ${key} in ${lang}`);
    return bundle.formatPattern(pattern, args, []);
  };
}
