import { mount } from 'svelte';
import './app.css';
import App from './App.svelte';
import { startCore } from './core/start';
import { loadTexts } from './i18n/index.svelte';
import { app } from './state.svelte';
import { scriptUrl } from './trusted';
import { shell } from './ui/shell.svelte';

/** Between two tries to get the page's words, milliseconds. */
const AGAIN_MS = 2_000;

async function show(): Promise<void> {
  // Without words there is nothing to show.
  while (!(await loadTexts().then(() => true, () => false))) await new Promise((done) => setTimeout(done, AGAIN_MS));
  const target = document.getElementById('app');
  if (target) mount(App, { target });
}

async function start(): Promise<void> {
  const core = await startCore();
  core.onPush((push) => {
    if (push.push === 'failed') shell.failed = true;
    if (push.push === 'measured') performance.mark(`core-${push.what}`, { detail: push.took_ms });
  });
  app.attach(core);
  app.device = await core.call('device');
}

/** Without it everything works but starting offline. */
function keepBundle(): void {
  if (!import.meta.env.DEV && 'serviceWorker' in navigator) navigator.serviceWorker.register(scriptUrl('/sw.js')).catch(() => undefined);
}

void show();
start()
  .catch(() => {
    shell.failed = true;
  })
  // It fetches the whole bundle: not while the first screen waits for its share of the network.
  .finally(keepBundle);
