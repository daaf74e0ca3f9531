// What members' devices do, natively and as wasm, into docs/BENCHMARKS.md: reads what the native benchmark has left in
// target/criterion, and measures the same in Node. Run by `make bench-room`.
//   members.mjs GLUE-FOLDER
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const SEATS = [10, 50, 200, 1000];
const DOCUMENT = 'docs/BENCHMARKS.md';
const [BEGIN, END] = ['<!-- members: begin -->', '<!-- members: end -->'];

/** Rows: what, the native benchmark's group and name, the method in wasm, and how often. */
const WORK = [
  ['seal a text of 1 KiB', 'text of 1 KiB', 'seal', 'seal', 50],
  ['open one', 'text of 1 KiB', 'open', 'open', 50],
  ['join', 'epochs', 'join', 'join', 5],
  ['make a commit', 'epochs', 'make a commit', 'make_commit', 5],
  ['take a commit', 'epochs', 'take a commit', 'take_commit', 5],
];

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const shown = (ms) => (ms === undefined ? 'not measured' : ms < 1 ? `${Math.round(ms * 1000)} µs` : `${ms < 100 ? ms.toFixed(1) : Math.round(ms)} ms`);

function native(...place) {
  const file = path.join('target/criterion', ...place.map((name) => name.replaceAll(/[?"/\\*<>:|^]/g, '_')), 'new/estimates.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).median.point_estimate / 1e6 : undefined;
}

async function wasm(folder) {
  const glue = await import(pathToFileURL(path.resolve(folder, 'core.js')));
  glue.initSync({ module: readFileSync(path.join(folder, 'core_bg.wasm')) });
  const found = new Map();
  for (const seats of SEATS) {
    const bench = new glue.Bench(seats, () => performance.now());
    for (const [what, , , method, rounds] of WORK) {
      bench[method]();
      const times = Array.from({ length: rounds }, () => bench[method]());
      found.set(`${what} ${seats}`, median(times));
      console.log(`${what}, ${seats} seats: ${shown(found.get(`${what} ${seats}`))}`);
    }
    bench.free();
  }
  return found;
}

const times = await wasm(process.argv[2]);
const rustc = execFileSync('rustc', ['--version'], { encoding: 'utf8' }).split(' ')[1];
const lines = [
  `Measured ${new Date().toISOString().slice(0, 10)} on ${cpus()[0].model} (one thread), rustc ${rustc}, Node ${process.versions.node}. Medians; native / wasm.`,
  '',
  `| | ${SEATS.map((seats) => `${seats.toLocaleString('en')} seats`).join(' | ')} |`,
  `| --- | ${SEATS.map(() => '---').join(' | ')} |`,
  ...WORK.map(([what, group, name]) => `| ${what} | ${SEATS.map((seats) => `${shown(native(group, name, String(seats)))} / ${shown(times.get(`${what} ${seats}`))}`).join(' | ')} |`),
  '',
  `A board of 10,000 events is loaded from the device's own store in ${shown(native('board', 'load 10,000 events'))} (native).`,
];
const text = readFileSync(DOCUMENT, 'utf8');
const [before, after] = [text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END)];
writeFileSync(DOCUMENT, `${text.slice(0, before)}\n\n${lines.join('\n')}\n\n${text.slice(after)}`);
