// The worker: loads the core and carries calls to it and answers back. Nothing is decided here.
import type { Call } from './client';
import init, * as glue from './wasm/core';

interface RunningCore {
  call(id: number, name: string, args: string, bytes: Uint8Array | undefined): void;
}
type Post = (message: string, bytes?: Uint8Array) => void;

export interface Start { origin: string; wasmUrl: string; integrity?: string }

const port = self as unknown as Pick<DedicatedWorkerGlobalScope, 'postMessage' | 'addEventListener'>;

let core: RunningCore | undefined;
let failed = false;
/** Calls from before the core was there. */
const early: Call[] = [];
/** Calls without an answer yet. */
const waiting = new Set<number>();

port.addEventListener('message', ({ data }: MessageEvent<{ start: Start } | Call>) => {
  if ('start' in data) {
    start(data.start).catch(fail);
    return;
  }
  waiting.add(data.id);
  if (failed) refuseAll();
  else if (core) call(core, data);
  else early.push(data);
});

async function start({ origin, wasmUrl, integrity }: Start): Promise<void> {
  const response = await fetch(wasmUrl, integrity ? { integrity } : {});
  if (!response.ok) throw new Error(`core: ${response.status}`);
  await init({ module_or_path: response });
  core = await glue.Core.start(origin, post);
  for (const kept of early.splice(0)) call(core, kept);
}

function call(to: RunningCore, { id, name, args, bytes }: Call): void {
  try {
    to.call(id, name, args, bytes);
  } catch (error) {
    fail(error);
  } finally {
    // The core has its own copy of a passphrase, and wipes that.
    bytes?.fill(0);
  }
}

const post: Post = (text, bytes) => {
  const message = JSON.parse(text);
  if (typeof message.id === 'number') waiting.delete(message.id);
  if (!bytes) {
    port.postMessage(message);
    return;
  }
  // Handed over, unless they lie in the core's own memory.
  const whole = bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
  port.postMessage({ id: message.id, answer: whole }, [whole.buffer]);
};

/** After a panic nothing in the core's memory can be relied on: everything is refused from here on. */
function fail(error: unknown): void {
  if (import.meta.env.DEV) console.error(error);
  if (!failed) port.postMessage({ push: 'failed' });
  failed = true;
  core = undefined;
  for (const { bytes } of early.splice(0)) bytes?.fill(0);
  refuseAll();
}

function refuseAll(): void {
  for (const id of waiting) port.postMessage({ id, error: { code: 'core_failed' } });
  waiting.clear();
}

// Panics inside the core's own tasks come out here.
port.addEventListener('error', (event) => fail(event.error));
port.addEventListener('unhandledrejection', (event) => {
  if (event.reason instanceof WebAssembly.RuntimeError) fail(event.reason);
});
