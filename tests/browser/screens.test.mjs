// Each screen with axe-core: nothing that keeps somebody with a keyboard or a screen reader out, in English and Arabic, on
// a phone and a desk. What does not fit, and texts that are missing, are found too.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { Officer } from './officer.mjs';
import { Scene } from './scene.mjs';
import { Stage } from './stage.mjs';
import { tour, tourOfTheGate } from './tour.mjs';

const require = createRequire(join(resolve(import.meta.dirname, '../..'), 'client-web/package.json'));
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** What is wrong with the page as it is now, in words. */
async function faultsOf(page) {
  if (!(await page.evaluate('!!window.axe'))) await page.evaluate(axe);
  const { violations } = await page.evaluate('axe.run(document, { resultTypes: ["violations"] })');
  const faults = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' ')}`);
  const wide = await page.evaluate('document.scrollingElement.scrollWidth - innerWidth');
  if (wide > 0) faults.push(`${wide} px too wide`);
  const missing = await page.evaluate('document.body.innerText.match(/\\[[a-z]+-[a-z0-9-]+\\]/g) ?? []');
  if (missing.length) faults.push(`missing texts: ${missing}`);
  return faults;
}

test('axe finds what is wrong', async () => {
  const stage = await Stage.set(1);
  try {
    const { page, url } = await stage.browser();
    await page.goto(url);
    await page.getByTestId('enrol').waitFor();
    assert.deepEqual(await faultsOf(page), []);
    await page.evaluate(() => document.querySelector('main').append(document.createElement('input')));
    assert.match((await faultsOf(page)).join(), /label/);
  } finally {
    await stage.strike();
  }
});

test('every screen', async (context) => {
  const stage = await Stage.set(2);
  try {
    const scene = await Scene.set(stage);
    const place = { geolocation: { latitude: 32.42, longitude: 36.21 }, permissions: ['geolocation'], reducedMotion: 'reduce' };
    const officer = await scene.visitor(place);
    const stranger = new Officer(await stage.browser());
    await stranger.come();
    for (const lang of ['en', 'ar']) {
      await tourOfTheGate(stranger, lang, (name) =>
        context.test(`${lang} ${name}`, async () => assert.deepEqual(await faultsOf(stranger.page), [])));
      for (const size of ['phone', 'desk']) {
        await tour(officer, scene, lang, size, (name) =>
          context.test(`${lang} ${size} ${name}`, async () => assert.deepEqual(await faultsOf(officer.page), [])));
      }
    }
    assert.deepEqual(officer.faults, []);
  } finally {
    await stage.strike();
  }
});
