// The service worker: keeps one whole bundle on the device and serves it without the network. A new bundle is
// fetched beside it and takes over when no page uses the old one. It never touches what goes to the hub.
import { files, texts, version } from 'virtual:shipped';

const sw = self as unknown as ServiceWorkerGlobalScope;

const PREFIX = 'entente-';
const CACHE = `${PREFIX}${version}`;
const SETTINGS = 'settings';
const LANG = '/lang';
const PAGE = '/index.html';
const NOTIFICATION = 'activity';

// ---------------------------------------------------------------- the bundle

sw.addEventListener('install', (event) => event.waitUntil(keep()));
// A page of the first visit too opens its other parts from here.
sw.addEventListener('activate', (event) => event.waitUntil(dropOthers().then(() => sw.clients.claim())));

/** All files with the right digests, or none. */
async function keep(): Promise<void> {
  const cache = await caches.open(CACHE);
  const requests = Object.entries(files).map(([path, integrity]) => new Request(path, { integrity, cache: 'no-cache' }));
  try {
    await cache.addAll(requests);
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

async function dropOthers(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  }
}

sw.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== sw.location.origin) return;
  if (request.mode === 'navigate') {
    if (url.pathname === '/' || url.pathname === PAGE) event.respondWith(page());
  } else if (url.pathname in files) {
    event.respondWith(file(url.pathname));
  }
});

async function page(): Promise<Response> {
  // The only page is being loaded anew: now is the time for a bundle that waits.
  const { waiting } = sw.registration;
  if (waiting && (await sw.clients.matchAll({ type: 'window' })).length <= 1) {
    waiting.postMessage({ take_over: true });
    return new Response('', { headers: { 'Content-Type': 'text/html', Refresh: '0' } });
  }
  return file(PAGE);
}

async function file(path: string): Promise<Response> {
  const kept = await (await caches.open(CACHE)).match(path);
  // Browsers throw a cache away when space is short.
  return kept ?? fetch(path, { integrity: files[path] });
}

// ---------------------------------------------------------------- what the page says

interface Said { lang?: string; take_over?: boolean }

sw.addEventListener('message', (event) => {
  const said = event.data as Said;
  if (said.take_over) event.waitUntil(sw.skipWaiting());
  if (said.lang && said.lang in texts) event.waitUntil(remember(said.lang));
});

async function remember(lang: string): Promise<void> {
  await (await caches.open(SETTINGS)).put(LANG, new Response(lang));
}

async function lang(): Promise<string> {
  const kept = await (await caches.open(SETTINGS)).match(LANG);
  return kept ? kept.text() : 'en';
}

// ---------------------------------------------------------------- while no page is open

// A push carries nothing, and what it holds in spite of that is not looked at.
sw.addEventListener('push', (event) => event.waitUntil(wake()));

async function wake(): Promise<void> {
  const pages = await sw.clients.matchAll({ type: 'window', includeUncontrolled: true });
  for (const open of pages) open.postMessage({ wake: true });
  if (pages.some((open) => open.focused)) return;
  const code = await lang();
  const text = texts[code] ?? texts['en'];
  if (!text) return;
  await sw.registration.showNotification(text.title, {
    body: text.body,
    lang: code,
    dir: code === 'ar' ? 'rtl' : 'ltr',
    // One for all: how many there were is nobody's business.
    tag: NOTIFICATION,
  });
}

sw.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(show());
});

async function show(): Promise<void> {
  const [open] = await sw.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (open) await open.focus();
  else await sw.clients.openWindow('/');
}
