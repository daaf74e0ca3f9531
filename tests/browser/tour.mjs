// A walk through every screen, in one language and one size. `stop(name)` is called at each.
import { PASSPHRASE } from './stage.mjs';

/** Phone first; then a desk. */
export const SIZES = { phone: { width: 360, height: 740 }, desk: { width: 1280, height: 800 } };

/** Lets what moves come to rest, and pictures of text be drawn. */
async function settle(page) {
  await page.waitForFunction(() => !document.querySelector('.parted [role="status"]'));
  await page.evaluate('document.fonts.ready');
  await page.waitForTimeout(250);
}

/** Screens of a device that is not enrolled; they have their own switch of language. */
export async function tourOfTheGate(officer, lang, stop) {
  const { page } = officer;
  await page.locator(`button[lang="${lang}"]`).click();
  await settle(page);
  await stop('enrol');
}

/** Screens of a coordinator in the scene's room. */
export async function tour(officer, scene, lang, size, stop) {
  const { page } = officer;
  officer.speak(lang);
  await page.setViewportSize(SIZES[size]);
  const at = async (name) => {
    await settle(page);
    await stop(name);
  };
  const closeSheet = () => officer.sheet().getByRole('button', { name: officer.t('web-shell-close'), exact: true }).first().click();

  // The language is chosen where an officer chooses it.
  await officer.toRooms();
  await officer.id('settings').click();
  await page.locator(`button[lang="${lang}"]`).click();
  await at('settings');
  await officer.toRooms();
  await at('rooms');

  await officer.id('analysis').click();
  await page.locator('#analysis-responses').waitFor();
  await at('analysis');
  await officer.toRooms();

  await officer.id('open-room').click();
  await officer.id('title').fill('Saffron');
  await page.locator('[role="group"] input[type="checkbox"]').nth(1).check();
  await at('open-room');
  await officer.id('review').click();
  await at('open-room-review');
  await officer.toRooms();

  await officer.id('check').click();
  await officer.fillCheck('JO 14-83921');
  await at('check');
  await officer.toRooms();

  await officer.enter(scene.title);
  await officer.tab('board');
  await at('board');
  await page.locator('[data-target]').first().click();
  await at('target');
  await officer.tab('plan');
  await officer.tab('board');
  await officer.button('web-board-add').click();
  await at('add-target');
  await closeSheet();

  await officer.tab('hits');
  await at('hits');
  await officer.button('web-hits-raise').click();
  await at('raise-hit');
  await closeSheet();

  await officer.tab('plan');
  await at('plan');
  await page.locator('#vote').scrollIntoViewIfNeeded();
  await at('vote');
  await officer.id('set-h-hour').click();
  await at('h-hour');
  await closeSheet();

  await officer.tab('people');
  await at('people');
  await officer.id('seat').nth(1).click();
  await at('seat');
  await closeSheet();
  await officer.id('admit').click();
  await at('admit');
  await closeSheet();

  if (size === 'phone') {
    // A desk has both beside everything.
    await officer.tab('map');
    await at('map');
    await officer.tab('talk');
    await at('talk');
  }
  await officer.tab('check');
  await officer.fillCheck('MSKU 907032 3');
  await at('check-in-room');
  await officer.id('room-menu').click();
  await at('menu');
  await closeSheet();

  await scene.hit('Al Azraq, lane 2.');
  await officer.alarm().waitFor();
  await at('alarm');
  await officer.alarm().getByRole('button', { name: officer.t('web-hits-silence') }).click();

  await officer.id('lock').first().click();
  await officer.id('passphrase').waitFor();
  await at('locked');
  await officer.unlock(PASSPHRASE);
  await officer.id('room-menu').or(officer.id('settings')).first().waitFor();
}
