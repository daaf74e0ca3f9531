// The page's side of the worker: calls with answers, and what the worker says by itself.
import type { Calls, CoreError, Push } from './types';

type Port = Pick<Worker, 'postMessage'> & { onmessage: ((event: MessageEvent) => void) | null };

/** A copy without what a screen keeps around its state: only plain things can be handed to a worker. */
const plain = (arg: unknown): unknown =>
  typeof arg === 'object' && arg !== null && !(arg instanceof Uint8Array) ? JSON.parse(JSON.stringify(arg)) : arg;

/** Why a call failed. `code` names a text: `error-<code>`. */
export class CallError extends Error {
  constructor(readonly why: CoreError) {
    super(why.code);
  }
}

export class Core {
  #next = 1;
  #waiting = new Map<number, { done: (value: never) => void; failed: (error: CallError) => void }>();
  #listeners = new Set<(push: Push) => void>();

  constructor(private readonly port: Port) {
    port.onmessage = ({ data }) => {
      if (typeof data.id === 'number') {
        const waiting = this.#waiting.get(data.id);
        this.#waiting.delete(data.id);
        if (data.error) waiting?.failed(new CallError(data.error));
        else waiting?.done(data.answer as never);
      } else {
        for (const listener of this.#listeners) listener(data as Push);
      }
    };
  }

  call<K extends keyof Calls>(name: K, ...args: Calls[K]['args']): Promise<Calls[K]['answer']> {
    const id = this.#next++;
    return new Promise((done, failed) => {
      this.#waiting.set(id, { done: done as (value: never) => void, failed });
      const bytes = args.filter((arg) => arg instanceof Uint8Array).map((arg) => (arg as Uint8Array).buffer as ArrayBuffer);
      // Bytes are handed over, not copied: no second passphrase or photo stays behind here.
      (this.port as Worker).postMessage({ id, name, args: args.map(plain) }, bytes);
    });
  }

  onPush(listener: (push: Push) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
