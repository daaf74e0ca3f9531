// node tests/shot.mjs QUERY OUT.png [WIDTH HEIGHT]
// A screenshot of the fixture page, and what axe-core finds in it. SCHEME=light|dark; CLICK='selector; selector' taps before the picture.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { createServer } from 'vite';

const [query = '', out = '/tmp/shot.png', width = '360', height = '740'] = process.argv.slice(2);
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

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
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
});
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
  await page.evaluate('document.fonts.ready');
  await page.waitForTimeout(700);
  for (const selector of (process.env.CLICK ?? '').split(';').map((part) => part.trim()).filter(Boolean)) {
    const [what, text] = selector.split('=>');
    if (text === undefined) await page.locator(what).first().click();
    else await page.locator(what.trim()).first().fill(text.trim());
    await page.waitForTimeout(400);
  }
  await page.screenshot({ path: out });
  await page.evaluate(axe);
  const { violations } = await page.evaluate('axe.run(document, { resultTypes: ["violations"] })');
  for (const { id, impact, help, nodes } of violations) {
    console.log(`axe ${impact} ${id}: ${help}`);
    for (const node of nodes.slice(0, 5)) console.log(`    ${node.target.join(' ')}  ${node.html.slice(0, 160)}  ${(node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ''}`);
  }
  found = violations.length;
  const wide = await page.evaluate('document.scrollingElement.scrollWidth - innerWidth');
  if (wide > 0) console.log(`the page is ${wide} px too wide`);
  const missing = await page.evaluate('document.body.innerText.match(/\\[[a-z]+-[a-z0-9-]+\\]/g) ?? []');
  if (missing.length) console.log(`missing texts: ${[...new Set(missing)].join(' ')}`);
  console.log(`${out}: ${found} violations`);
} finally {
  await browser.close();
  await server.close();
  rmSync(cacheDir, { recursive: true, force: true });
}
process.exit(found ? 1 : 0);
