// Starts the worker. A worker's script can't carry a digest, so the page fetches it with one and starts what
// it got.
import { asset, located } from '../assets';
import { scriptUrl } from '../trusted';
import { Core } from './client';
import type { Start } from './worker';

export async function startCore(): Promise<Core> {
  const worker = await startWorker();
  // A script that doesn't even start says so to the page alone.
  worker.addEventListener('error', () => {
    worker.dispatchEvent(new MessageEvent('message', { data: { push: 'failed' } }));
  });
  const core = new Core(worker);
  const wasm = located(import.meta.env.DEV ? 'src/core/wasm/core_bg.wasm' : 'core.wasm');
  const start: Start = { origin: location.origin, wasmUrl: new URL(wasm.url, location.origin).href };
  if (wasm.integrity) start.integrity = wasm.integrity;
  worker.postMessage({ start });
  return core;
}

async function startWorker(): Promise<Worker> {
  if (import.meta.env.DEV) {
    // By a name that the bundler does not see: a build has the worker as a file of its own.
    const source = '/src/core/worker.ts';
    return new Worker(scriptUrl(source), { type: 'module' });
  }
  const script = await (await asset('worker.js')).blob();
  const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  const worker = new Worker(scriptUrl(url));
  // Not before it has been read: some browsers read it late.
  for (const event of ['message', 'error']) {
    worker.addEventListener(event, () => URL.revokeObjectURL(url), { once: true });
  }
  return worker;
}
