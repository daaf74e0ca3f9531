// Each screen with axe-core: nothing that keeps somebody with a keyboard or a screen reader out, in English and Arabic, on
// a phone and a desk. What does not fit, and texts that are missing, are found too.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultsOf } from '../../client-web/tests/faults.mjs';
import { Officer } from './officer.mjs';
import { Scene } from './scene.mjs';
import { Stage } from './stage.mjs';
import { tour, tourOfTheGate } from './tour.mjs';

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
    const place = { geolocation: { latitude: 32.42, longitude: 36.21 }, permissions: ['geolocation'], reducedMotion: 'reduce' };
    const { scene, officer } = await Scene.corridor(stage, place);
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
