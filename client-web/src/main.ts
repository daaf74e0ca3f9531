import { mount } from 'svelte';
import './app.css';
import App from './App.svelte';
import { startCore } from './core/start';
import { app } from './state.svelte';
import { scriptUrl } from './trusted';
import { shell } from './ui/shell.svelte';

const target = document.getElementById('app');
if (target) mount(App, { target });

async function start(): Promise<void> {
  const core = await startCore();
  core.onPush((push) => {
    if (push.push === 'failed') shell.failed = true;
    if (push.push === 'measured') performance.mark(`core-${push.what}`, { detail: push.took_ms });
  });
  app.attach(core);
  app.device = await core.call('device');
}

start().catch(() => {
  shell.failed = true;
});

if (!import.meta.env.DEV && 'serviceWorker' in navigator) {
  // Without it everything works but starting offline.
  navigator.serviceWorker.register(scriptUrl('/sw.js')).catch(() => undefined);
}
