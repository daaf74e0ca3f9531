// Warnings that this officer has looked at, as long as the page lives: they stay on the list, and ring no more.
import { SvelteMap } from 'svelte/reactivity';
import type { RoomView } from '../../core/types';

const looked = new SvelteMap<string, number>();

export function unseen({ room, security }: RoomView): number {
  const until = looked.get(room) ?? 0;
  return security.filter(({ time_ms }) => time_ms > until).length;
}

export function looksAt({ room, security }: RoomView): void {
  looked.set(room, Math.max(0, ...security.map(({ time_ms }) => time_ms)));
}
