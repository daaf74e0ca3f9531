// Texts and markup, held against what we promise: four languages that say the same, no text outside of them, and
// nothing in the markup that the page's policy forbids. Exits with 1 when something is found.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filesBelow } from './digests.mjs';
import { markupFaults } from './check-markup.mjs';
import { LANGUAGES, pageTexts, readMessages } from './texts.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Beginnings of keys that are put together while running, beyond those in t(`…${`. */
const DYNAMIC = ['web-sw-'];

const faults = [];
const fault = (where, what) => faults.push(`${where}: ${what}`);

// ---------------------------------------------------------------- the languages

/** Language -> key -> { variables, file }, of our own files. */
const own = Object.fromEntries(LANGUAGES.map((lang) => [lang, new Map()]));
const names = new Set(LANGUAGES.flatMap((lang) => filesBelow(join(root, 'locales', lang))));
for (const name of names) {
  for (const lang of LANGUAGES) {
    const path = join(root, 'locales', lang, name);
    if (!existsSync(path)) {
      fault(`locales/${lang}/${name}`, 'is missing');
      continue;
    }
    const { messages, junk } = readMessages(readFileSync(path, 'utf8'));
    for (const line of junk) fault(`locales/${lang}/${name}:${line.line}`, line.problem);
    for (const [key, variables] of messages) {
      if (own[lang].has(key)) fault(`locales/${lang}/${name}`, `${key} is in ${own[lang].get(key).file} too`);
      own[lang].set(key, { variables, file: name });
    }
  }
}
for (const [key, { variables, file }] of own.en) {
  for (const lang of LANGUAGES) {
    const there = own[lang].get(key);
    if (!there) fault(`locales/${lang}/${file}`, `lacks ${key}`);
    else if (there.variables.join() !== variables.join()) {
      fault(`locales/${lang}/${there.file}`, `${key} has {${there.variables}}, in English {${variables}}`);
    }
  }
}
for (const lang of LANGUAGES) {
  for (const [key, { file }] of own[lang]) if (!own.en.has(key)) fault(`locales/${lang}/${file}`, `${key} is not in English`);
}

// ---------------------------------------------------------------- what the source uses

// Of the command line's words, those that a page is given.
const known = new Map([...readMessages(pageTexts('en')).messages, ...[...own.en].map(([key, { variables }]) => [key, variables])]);
const sources = filesBelow(join(root, 'src')).filter((path) => /\.(ts|svelte)$/.test(path) && !path.startsWith('core/wasm/'));
const mentioned = new Set();
/** `web-check-kind` is put before a dash somewhere else; then all keys that begin so count as used. */
const prefixOfKeys = (key) => {
  const begins = [...known.keys()].some((other) => other.startsWith(`${key}-`));
  if (begins) prefixes.add(`${key}-`);
  return begins;
};
const prefixes = new Set(DYNAMIC);
for (const path of sources) {
  const text = readFileSync(join(root, 'src', path), 'utf8');
  const where = (index) => `src/${path}:${text.slice(0, index).split('\n').length}`;
  const isTest = path.endsWith('.test.ts');

  for (const { 2: key, 3: after, index } of text.matchAll(/\bt\(\s*(['"`])([a-z][a-z0-9-]*)\1\s*([,)])/g)) {
    const variables = known.get(key);
    if (!variables) {
      if (!key.startsWith('web-')) fault(where(index), `no text is called ${key}`);
    } else if (after === ')' && variables.length > 0) fault(where(index), `t('${key}') needs {${variables}}`);
  }
  for (const { 1: prefix } of text.matchAll(/`([a-z][a-z0-9-]*-)\$\{/g)) prefixes.add(prefix);
  // Any string that could be a key is one that is used; one of ours must exist, or begin others with a dash after it.
  for (const { 2: key, index } of text.matchAll(/(['"`])([a-z][a-z0-9]*(?:-[a-z0-9]+)+)\1/g)) {
    mentioned.add(key);
    if (key.startsWith('web-') && !known.has(key) && !isTest && !prefixOfKeys(key)) fault(where(index), `no text is called ${key}`);
  }
  if (!isTest) {
    for (const { 0: url, index } of text.matchAll(/\b(?:https?|wss?):\/\/[^\s'"`)<$]+/g)) {
      if (!/^http:\/\/www\.w3\.org\//.test(url)) fault(where(index), `another origin: ${url}`);
    }
  }
  if (path.endsWith('.svelte')) {
    for (const { line, what } of markupFaults(text)) fault(`src/${path}:${line}`, what);
  }
}
for (const prefix of prefixes) {
  if (prefix.startsWith('web-') && ![...known.keys()].some((key) => key.startsWith(prefix))) fault('src', `no text begins with ${prefix}`);
}
for (const [key, { file }] of own.en) {
  if (!mentioned.has(key) && ![...prefixes].some((prefix) => key.startsWith(prefix))) fault(`locales/en/${file}`, `${key} is not used`);
}

if (faults.length > 0) {
  console.error(faults.join('\n'));
  console.error(`${faults.length} faults`);
  process.exit(1);
}
console.log(`ok     ${own.en.size} texts in ${LANGUAGES.length} languages, ${sources.length} sources`);
