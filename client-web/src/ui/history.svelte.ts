// The phone's back button. The browser keeps numbers only: where somebody was stays in memory, and is gone with it.
import { untrack } from 'svelte';
import { app, type Route } from '../state.svelte';

const ROOMS: Route = { at: 'rooms' };
const same = (a: Route | undefined, b: Route): boolean => JSON.stringify(a) === JSON.stringify(b);

let stack: Route[] = [ROOMS];
let at = 0;

/** Call while a component is made. */
export function keepHistory(): void {
  history.replaceState({ at }, '');

  $effect(() => {
    const route = $state.snapshot(app.route);
    untrack(() => {
      if (same(stack[at], route)) return;
      stack = [...stack.slice(0, at + 1), route];
      at += 1;
      history.pushState({ at }, '');
    });
  });

  $effect(() => {
    const popped = ({ state }: PopStateEvent) => {
      const wanted = Number((state as { at?: number } | null)?.at ?? 0);
      // From before the page was loaded anew.
      stack[wanted] ??= ROOMS;
      at = wanted;
      const route = stack[wanted] ?? ROOMS;
      if (app.device?.state === 'open') app.go(route).catch(() => undefined);
      else app.route = route;
    };
    window.addEventListener('popstate', popped);
    return () => window.removeEventListener('popstate', popped);
  });
}

export function forgetHistory(): void {
  app.route = ROOMS;
  stack = [];
  stack[at] = ROOMS;
}
