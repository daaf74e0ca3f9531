// The page's side of the worker: calls with answers, and what the worker says by itself.
import type { Calls, CoreError, Push } from './types';

type Port = Pick<Worker, 'postMessage'> & { onmessage: ((event: MessageEvent) => void) | null };

/** A call as it goes to the worker: the arguments as the core reads them, a JSON array in which bytes are null. */
export interface Call { id: number; name: string; args: string; bytes?: Uint8Array }

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
      const bytes = args.find((arg) => arg instanceof Uint8Array);
      const call: Call = { id, name, args: JSON.stringify(args.map((arg) => (arg === bytes ? null : arg))), ...(bytes ? { bytes } : {}) };
      // Bytes are handed over, not copied: no second passphrase or photo stays behind here.
      this.port.postMessage(call, bytes ? [bytes.buffer as ArrayBuffer] : []);
    });
  }

  onPush(listener: (push: Push) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
