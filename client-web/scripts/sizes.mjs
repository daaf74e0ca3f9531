// Compressed copies, and what a first visit over a bad network costs.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { filesBelow } from './digests.mjs';

/** Page, script, sheet, worker, core and one language: until the first screen can be used. */
const FIRST_SCREEN_LIMIT = 1_000_000;
/** Everything but the map's data. */
const TOTAL_LIMIT = 2_500_000;

const COMPRESSIBLE = new Set(['.css', '.ftl', '.geojson', '.html', '.js', '.json', '.svg', '.txt', '.wasm', '.webmanifest']);

/** Writes `.br` beside what gets smaller by it. */
export function compress(directory) {
  for (const path of filesBelow(directory)) {
    if (!COMPRESSIBLE.has(extname(path))) continue;
    const bytes = readFileSync(join(directory, path));
    const small = brotliCompressSync(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    });
    if (small.length < bytes.length) writeFileSync(join(directory, `${path}.br`), small);
  }
}

/** Prints the sizes on the wire; fails above the limits. */
export function weigh(directory, table) {
  const all = filesBelow(directory);
  const present = new Set(all);
  const wire = (path) => statSync(join(directory, present.has(`${path}.br`) ? `${path}.br` : path)).size;
  const whole = all.filter((path) => !path.endsWith('.br'));
  const map = new Set(Object.entries(table).filter(([name]) => name.startsWith('map/')).map(([, { url }]) => url.slice(1)));
  const loaded = ['core.wasm', 'worker.js'].map((name) => table[name].url.slice(1));
  const page = whole.filter((path) => path === 'index.html' || (/^assets\/index\..*\.(js|css)$/.test(path)));
  const parts = whole.filter((path) => path.endsWith('.js') && path !== 'sw.js' && !page.includes(path) && !loaded.includes(path));
  const sum = (paths) => paths.reduce((bytes, path) => bytes + wire(path), 0);

  for (const path of [...page, ...loaded]) print(path, wire(path));
  // One language, the longest.
  const texts = whole.filter((path) => path.endsWith('.ftl')).sort((a, b) => wire(b) - wire(a)).slice(0, 1);
  for (const path of texts) print(path, wire(path));
  const first = sum([...page, ...loaded, ...texts]);
  for (const path of parts) print(`${path}, when it is opened`, wire(path));
  const total = sum(whole.filter((path) => !map.has(path)));
  print('first screen', first, FIRST_SCREEN_LIMIT);
  print('total without map data', total, TOTAL_LIMIT);
  print('map data', sum([...map]));
  if (first > FIRST_SCREEN_LIMIT || total > TOTAL_LIMIT) throw new Error('the bundle is too big for a first visit on a bad network');
}

function print(what, bytes, limit) {
  const size = bytes.toLocaleString('en').padStart(11);
  console.log(`  ${size}${limit ? ` of ${limit.toLocaleString('en')}` : ''}  ${what}`);
}
