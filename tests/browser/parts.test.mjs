// Parts of the page that are loaded later: each with its digest, and not one byte of another script runs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Stage } from './stage.mjs';

/** The part that is opened in front of the gate. */
const PART = /\/assets\/Scan\.[\w-]+\.js$/;
const WORD = 'ran what it must not';

/** At the gate, on a device whose camera can read tickets. Nothing is kept: each request comes to `answer`. */
async function atTheGate(stage, answer) {
  const { context, page, url } = await stage.browser({ serviceWorkers: 'block' });
  await page.addInitScript(() => {
    globalThis.BarcodeDetector = class {};
  });
  const asked = [];
  await context.route(PART, async (route) => {
    asked.push(route.request().resourceType());
    const response = await route.fetch();
    const code = await response.text();
    const headers = { ...response.headers(), 'cache-control': 'no-store' };
    delete headers['content-encoding'];
    await route.fulfill({ response, headers, body: answer(code, asked.length) });
  });
  const said = [];
  page.on('console', (message) => said.push(message.text()));
  await page.goto(url);
  await page.getByTestId('scan').click();
  return { page, asked, said };
}

async function isRefused({ page, said }) {
  await page.getByTestId('part-again').waitFor();
  assert.equal(await page.locator('dialog[open]').count(), 0);
  assert.ok(!said.includes(WORD), 'a changed script has run');
  assert.match(said.join('\n'), /integrity/);
}

test('a part of the page', async (context) => {
  const stage = await Stage.set(4);
  const changed = (code) => `${code}\nconsole.log('${WORD}');`;
  try {
    await context.test('is fetched, checked in the page, and not fetched a third time', async () => {
      const { page, asked, said } = await atTheGate(stage, (code) => code);
      await page.locator('dialog[open] video').waitFor();
      assert.deepEqual(asked, ['fetch', 'script']);
      assert.doesNotMatch(said.join('\n'), /integrity/);
    });

    await context.test('is refused when a byte of it was changed', async () => {
      await isRefused(await atTheGate(stage, changed));
    });

    await context.test('is refused when it was changed after it had been looked at', async () => {
      await isRefused(await atTheGate(stage, (code, time) => (time > 1 ? changed(code) : code)));
    });

    await context.test('comes after a bad network has become better', async () => {
      const gate = await atTheGate(stage, (code, time) => (time === 1 ? changed(code) : code));
      await isRefused(gate);
      await gate.page.getByTestId('part-again').click();
      await gate.page.locator('dialog[open] video').waitFor();
    });
  } finally {
    await stage.strike();
  }
});
