// Notifications while no page is open. They say that something has come, and nothing of it.
import type { Lang } from './core/types';
import { app } from './state.svelte';

export type PushState = 'unsupported' | 'denied' | 'off' | 'on';

const isPossible = (): boolean => 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

/** The hub's key; none if it does not push. */
async function hubKey(): Promise<Uint8Array<ArrayBuffer> | null> {
  const response = await fetch('/v1/push-key', { cache: 'no-store' });
  if (!response.ok) return null;
  const text = (await response.text()).trim();
  if (!/^[A-Za-z0-9_-]{87}$/.test(text)) return null;
  const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/') + '=');
  return Uint8Array.from(bytes, (character) => character.charCodeAt(0));
}

export function pushState(): PushState {
  if (!isPossible() || app.device?.push === 'unsupported') return 'unsupported';
  if (Notification.permission === 'denied') return 'denied';
  return app.device?.push === 'on' ? 'on' : 'off';
}

/** Asks the officer, then the browser, and tells the core. */
export async function pushOn(): Promise<PushState> {
  if (!isPossible()) return 'unsupported';
  if ((await Notification.requestPermission()) !== 'granted') return 'denied';
  const applicationServerKey = await hubKey();
  if (!applicationServerKey) return 'unsupported';
  const { pushManager } = await navigator.serviceWorker.ready;
  const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
  await app.ask('push_subscribe', subscription.toJSON());
  return 'on';
}

export async function pushOff(): Promise<void> {
  await app.ask('push_subscribe', null);
  const registration = await navigator.serviceWorker?.getRegistration();
  await (await registration?.pushManager?.getSubscription())?.unsubscribe();
}

/** The language of what the service worker says. */
export async function tellLanguage(lang: Lang): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  registration?.active?.postMessage({ lang });
}
