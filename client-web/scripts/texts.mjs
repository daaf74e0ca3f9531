// Reading the Fluent files.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FluentBundle, FluentResource } from '@fluent/bundle';
import { FluentParser, Visitor } from '@fluent/syntax';

export const LANGUAGES = ['en', 'fr', 'es', 'ar'];

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
