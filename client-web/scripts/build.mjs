// Makes dist/: everything by its digest, from the inside out. What is loaded is named, with its digest, in what
// loads it: wasm and data in the page's script, the scripts in index.html, all of them in the service worker.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { bundleDigest, contentName, filesBelow, integrity } from './digests.mjs';
import { checkPage, checkScript } from './checks.mjs';
import { partsOf, templates } from './parts.mjs';
import { compress, weigh } from './sizes.mjs';
import { LANGUAGES, pageTexts, safetyWords, serviceWorkerTexts } from './texts.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const fresh = join(root, 'dist.new');
const dist = join(root, 'dist');

/** Directories of data that scripts fetch; the rest of public/ keeps its names. */
const DATA = [
  { from: 'playbooks', as: 'playbooks' },
  { from: 'public/map', as: 'map' },
];

/** Name as scripts know it -> where it lies and its digest. */
const table = {};

/** Puts a file under a name that tells its content. */
function put(name, bytes) {
  const url = `/assets/${contentName(name, bytes)}`;
  write(url, bytes);
  table[name] = { url, integrity: integrity(bytes) };
}

function write(url, bytes) {
  const path = join(fresh, url);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

/** A module of nothing but data. */
const dataModule = (name, exports) => ({
  name: 'entente-data',
  enforce: 'pre',
  resolveId: (id) => (id === name ? `\0${name}` : undefined),
  load: (id) =>
    id === `\0${name}`
      ? Object.entries(exports).map(([key, value]) => `export const ${key} = ${JSON.stringify(value)};`).join('\n')
      : undefined,
});

/** One classic script without imports, out of one module. */
async function script(entry, plugins) {
  const built = await build({
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    plugins,
    build: {
      write: false,
      target: 'es2022',
      sourcemap: false,
      modulePreload: false,
      rolldownOptions: {
        input: join(root, entry),
        output: { format: 'iife', entryFileNames: 'script.js' },
      },
    },
  });
  const { output } = Array.isArray(built) ? built[0] : built;
  if (output.length !== 1) throw new Error(`${entry}: ${output.length} files instead of one`);
  checkScript(entry, output[0].code);
  return Buffer.from(output[0].code);
}

async function page() {
  const { output } = await build({
    root,
    logLevel: 'warn',
    plugins: [dataModule('virtual:bundle', { files: table }), dataModule('virtual:texts', { texts: {}, words: {} })],
    build: { outDir: fresh, emptyOutDir: false },
  });
  const parts = partsOf(output);
  const html = readFileSync(join(fresh, 'index.html'), 'utf8');
  checkPage(html);
  // What the page runs and is dressed in carries its digest.
  const sealed = html.replace(/<(script|link)\b[^>]*\b(?:src|href)="(\/assets\/[^"]+)"[^>]*>/g, (tag, kind, url) => {
    if (kind === 'link' && !tag.includes('rel="stylesheet"')) return tag;
    const bare = tag.replace(/ crossorigin(="[^"]*")?/, '');
    return bare.replace(/>$/, ` ${digestOf(url)}>`);
  });
  if (sealed.split(' integrity="sha384-').length !== 3) throw new Error('index.html: not everything has its digest');
  const later = templates(parts, (path) => `<script type="module" src="/${path}" ${digestOf(path)}></script>`);
  writeFileSync(join(fresh, 'index.html'), sealed.replace('  </body>', `${later}  </body>`));
}

const digestOf = (path) => `integrity="${integrity(readFileSync(join(fresh, path)))}" crossorigin="anonymous"`;

rmSync(fresh, { recursive: true, force: true });
for (const { from, as } of DATA) {
  for (const path of filesBelow(join(root, from))) put(`${as}/${path}`, readFileSync(join(root, from, path)));
}
for (const lang of LANGUAGES) {
  put(`texts/${lang}.ftl`, Buffer.from(pageTexts(lang)));
  put(`words/${lang}.txt`, Buffer.from(safetyWords(lang)));
}
put('core.wasm', readFileSync(join(root, 'src/core/wasm/core_bg.wasm')));
put('worker.js', await script('src/core/worker.ts', []));
await page();
// The copies of public/ that have a name by content now.
for (const { from, as } of DATA) if (from.startsWith('public/')) rmSync(join(fresh, as), { recursive: true, force: true });

const kept = {};
for (const path of filesBelow(fresh)) kept[`/${path}`] = integrity(readFileSync(join(fresh, path)));
const version = bundleDigest(fresh, filesBelow(fresh)).digest.slice(0, 16);
write('sw.js', await script('src/sw.ts', [dataModule('virtual:shipped', { files: kept, version, texts: serviceWorkerTexts(root) })]));

const { digest, files } = bundleDigest(fresh, filesBelow(fresh));
// Another compiler makes another core: whoever compares has to know.
const made_with = { rustc: process.env.ENTENTE_RUSTC ?? '' };
write('bundle.json', `${JSON.stringify({ digest, made_with, files }, null, 2)}\n`);
compress(fresh);
weigh(fresh, table);

rmSync(dist, { recursive: true, force: true });
renameSync(fresh, dist);
