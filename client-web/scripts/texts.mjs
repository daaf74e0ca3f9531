// Reading the Fluent files.
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FluentBundle, FluentResource } from '@fluent/bundle';
import { FluentParser, Visitor } from '@fluent/syntax';

export const LANGUAGES = ['en', 'fr', 'es', 'ar'];

/** Of the command line's texts the page says those of things, states and refusals; its help would be ballast. */
const SAID = /^(answer|choice|decision|error|field|hit|kind|policy|rejected|role|rule|stage|state|status)-/;

/** All that the page says in one language, the command line's words first. */
export function pageTexts(lang) {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const shared = readFileSync(join(root, '../client/locales', lang, 'entente.ftl'), 'utf8');
  const said = shared.split('\n').filter((line) => SAID.test(line)).join('\n');
  const own = readdirSync(join(root, 'locales', lang)).filter((name) => name.endsWith('.ftl') && name !== 'sw.ftl').sort();
  return [said, ...own.map((name) => readFileSync(join(root, 'locales', lang, name), 'utf8'))].join('\n');
}

/** The words of safety numbers in one language, a line each. */
export const safetyWords = (lang) => readFileSync(join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'client/locales', lang, 'safety-words.txt'), 'utf8');

class Variables extends Visitor {
  found = new Set();

  visitVariableReference(node) {
    this.found.add(node.id.name);
  }
}

/** Key -> its variables, sorted; and the lines that are no Fluent. */
export function readMessages(text) {
  const messages = new Map();
  const junk = [];
  for (const entry of new FluentParser({ withSpans: true }).parse(text).body) {
    if (entry.type === 'Junk') {
      junk.push({ line: text.slice(0, entry.span.start).split('\n').length, problem: entry.annotations[0]?.message ?? 'not Fluent' });
    } else if (entry.type === 'Message') {
      const variables = new Variables();
      variables.visit(entry);
      messages.set(entry.id.name, [...variables.found].sort());
    }
  }
  return { messages, junk };
}

/** The service worker's few texts as plain strings: it runs without Fluent. */
export function serviceWorkerTexts(root) {
  return Object.fromEntries(
    LANGUAGES.map((lang) => {
      const bundle = new FluentBundle(lang);
      bundle.addResource(new FluentResource(readFileSync(join(root, 'locales', lang, 'sw.ftl'), 'utf8')));
      const text = (key) => {
        const pattern = bundle.getMessage(key)?.value;
        if (!pattern) throw new Error(`locales/${lang}/sw.ftl: no ${key}`);
        return bundle.formatPattern(pattern);
      };
      return [lang, { title: text('web-sw-title'), body: text('web-sw-body') }];
    }),
  );
}
