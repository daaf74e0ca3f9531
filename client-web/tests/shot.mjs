// node tests/shot.mjs QUERY OUT.png [WIDTH HEIGHT]
// A screenshot of the fixture page, and what axe-core finds in it. SCHEME=light|dark; CLICK='selector; selector' taps before the picture.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { createServer } from 'vite';
import { CHROMIUM } from './chromium.mjs';
import { faultsOf } from './faults.mjs';

const [query = '', out = '/tmp/shot.png', width = '360', height = '740'] = process.argv.slice(2);
const root = dirname(dirname(fileURLToPath(import.meta.url)));

// Others may do the same at the same time: nothing is shared.
const cacheDir = mkdtempSync(join(tmpdir(), 'entente-shot-'));
const server = await createServer({
  root,
  cacheDir,
  logLevel: 'error',
  optimizeDeps: { noDiscovery: true, include: ['leaflet', '@fluent/bundle', 'topojson-client'] },
  server: { port: 5200 + (process.pid % 700), strictPort: false, hmr: false, watch: null },
});
await server.listen();
const browser = await chromium.launch(CHROMIUM);
let found = 0;
try {
  const page = await browser.newPage({
    viewport: { width: Number(width), height: Number(height) },
    colorScheme: process.env.SCHEME === 'light' ? 'light' : 'dark',
    timezoneId: 'Asia/Amman',
    reducedMotion: 'reduce',
  });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) console.log(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => console.log(`thrown: ${error.stack ?? error}`));
  await page.goto(`${server.resolvedUrls?.local[0] ?? ''}tests/fixture.html?${query.replace(/^\?/, '')}`);
  await page.waitForFunction('window.fixture?.ready', undefined, { timeout: 60_000 });
  await page.waitForFunction(() => !document.querySelector('.parted [role="status"]'), undefined, { timeout: 60_000 });
  await page.evaluate('document.fonts.ready');
  await page.waitForTimeout(700);
  for (const selector of (process.env.CLICK ?? '').split(';').map((part) => part.trim()).filter(Boolean)) {
    const [what, text] = selector.split('=>');
    if (text === undefined) await page.locator(what).first().click();
    else await page.locator(what.trim()).first().fill(text.trim());
    await page.waitForTimeout(400);
  }
  await page.screenshot({ path: out });
  const faults = await faultsOf(page);
  for (const fault of faults) console.log(fault);
  found = faults.length;
  console.log(`${out}: ${found} faults`);
} finally {
  await browser.close();
  await server.close();
  rmSync(cacheDir, { recursive: true, force: true });
}
process.exit(found ? 1 : 0);
