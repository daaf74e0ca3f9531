// A compartment of two countries in a room of three: who sits in it has one board with marks, the third sees a count. What is
// said of a thing stays where the thing lies, and what is begun for some is never sent to all.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Countries, TITLE, names } from './countries.mjs';
import { until } from './steps.mjs';
import { SIZES } from './tour.mjs';

const SHIP = 'Sea Lily';
const PLATE = 'JO 14-83921';
const HUSH = 'The harbour master is one of them.';

for (const lang of ['en', 'ar']) {
  test(`a compartment, in ${lang}`, (context) => Countries.play(context, lang, async (countries) => {
    const { step, petra, dune, cocoa, officers, inside } = countries;
    const mark = (where) => countries.mark(where);
    const target = (officer, name) => countries.target(officer, name);
    const clean = (officer, what) => countries.clean(officer, what);
    const toBoard = (officer) => officer.tab('board');

    await step('three countries in a room', async () => {
      await countries.openRoom();
      // Without a compartment nobody is asked who reads it.
      await petra.tab('talk');
      await petra.id('talk-text').waitFor();
      assert.equal(await petra.id('audience').count(), 0);
      await petra.say('All in position?');
      await cocoa.hears('All in position?');
    });

    await step('open it for two, and the third sees a count', async () => {
      await petra.tab('people');
      await petra.id('open-compartment').click();
      assert.ok(await petra.sheet().getByTestId('open-compartment-do').isDisabled(), 'one country is no compartment');
      await petra.sheet().getByRole('button', { name: petra.t('web-shell-close'), exact: true }).click();
      const card = await countries.openCompartment(async (sheet) => {
        // What the others will see is said before it is done.
        const seen = petra.t('web-within-outside', { countries: names(lang, 'CI'), count: 1 });
        await sheet.getByTestId('compartment-seen').filter({ hasText: seen }).waitFor();
        await clean(petra, 'opening');
      });
      await mark(card).waitFor();
      await clean(petra, 'people');

      for (const [officer, sits] of [[petra, 1], [dune, 1], [cocoa, 0]]) {
        await toBoard(officer);
        const count = officer.id('compartment-count');
        await count.getByText(officer.t('web-within-announced', { count: 1 })).waitFor();
        await count.getByText(officer.t('web-within-seated', { count: sits })).waitFor();
      }
      // It is no room.
      for (const officer of officers) {
        await officer.toRooms();
        await officer.id('room').first().waitFor();
        assert.equal(await officer.id('room').count(), 1);
        await officer.enter(TITLE);
      }
    });

    await step('a target for two: on one board with a mark, and to the third nothing', async () => {
      const sheet = await countries.fillTarget(petra, SHIP, PLATE);
      const send = sheet.getByTestId('add-target-do');
      // For all unless somebody chooses; the button says for whom.
      assert.equal((await send.innerText()).trim(), petra.t('web-board-add-send'));
      assert.ok(await sheet.getByTestId('audience-all').isChecked());
      // With the keyboard alone.
      await sheet.getByTestId('audience-all').focus();
      await petra.page.keyboard.press('ArrowDown');
      assert.ok(await sheet.getByTestId('audience-some').isChecked());
      await sheet.getByTestId('readers').getByText(petra.t('web-within-stays', { countries: inside })).waitFor();
      assert.equal((await send.innerText()).trim(), petra.t('web-within-add-send', { countries: inside }));
      await clean(petra, 'new target');
      await send.click();
      await sheet.waitFor({ state: 'detached' });
      await petra.addTarget({ name: 'White lorry', identifier: 'JO 14-00001' });

      await toBoard(dune);
      await mark(target(dune, SHIP)).waitFor();
      await target(dune, 'White lorry').waitFor();
      assert.equal(await target(dune, 'White lorry').getByTestId('within').count(), 0);
      await clean(dune, 'board');
      await dune.page.setViewportSize(SIZES.desk);
      await dune.id('talk-log').waitFor();
      await clean(dune, 'board on a desk');
      await dune.page.setViewportSize(SIZES.phone);
      await toBoard(cocoa);
      await target(cocoa, 'White lorry').waitFor();
      assert.equal(await target(cocoa, SHIP).count(), 0);
      assert.equal(await cocoa.id('within').count(), 0);
      await clean(cocoa, 'board outside');
    });

    await step('filters go over both', async () => {
      await dune.page.getByRole('button', { name: dune.t('web-board-filters') }).click();
      const filter = dune.id('filter-within');
      await filter.selectOption({ index: 1 });
      await target(dune, SHIP).waitFor({ state: 'detached' });
      assert.equal(await target(dune, 'White lorry').count(), 1);
      await filter.selectOption({ index: 2 });
      await target(dune, SHIP).waitFor();
      await target(dune, 'White lorry').waitFor({ state: 'detached' });
      await dune.button('web-board-clear').click();
      await target(dune, 'White lorry').waitFor();
    });

    await step('what is said of it stays there', async () => {
      await target(dune, SHIP).click();
      const detail = dune.page.locator('article.detail');
      await detail.getByTestId('readers').getByText(dune.t('web-within-stays', { countries: inside })).waitFor();
      await clean(dune, 'target');
      await detail.getByRole('button', { name: dune.t('web-board-sighting') }).click();
      const sheet = dune.sheet();
      await sheet.getByTestId('readers').getByText(dune.t('web-within-stays', { countries: inside })).waitFor();
      await sheet.getByLabel(dune.t('web-board-sighting-note')).fill('Anchored off the cape.');
      await dune.press('web-board-sighting-send');
      await sheet.waitFor({ state: 'detached' });
      await toBoard(petra);
      await target(petra, SHIP).click();
      await petra.page.locator('article.detail').getByText('Anchored off the cape.').waitFor();
      await petra.tab('hits');
    });

    await step('a hit on what a compartment looks for rings there, and nowhere else', async () => {
      await dune.tab('hits');
      await dune.button('web-hits-raise').click();
      const sheet = dune.sheet();
      await sheet.getByLabel(dune.t('web-check-identifier'), { exact: true }).fill(PLATE);
      await until('the compartment is proposed', () => sheet.getByTestId('audience-some').isChecked());
      // Another identifier: it does not go to all by itself.
      await sheet.getByLabel(dune.t('web-check-identifier'), { exact: true }).fill('JO 99-99999');
      await sheet.getByText(dune.t('web-within-choose')).waitFor();
      assert.ok(await sheet.getByRole('button', { name: dune.t('web-hits-raise-send'), exact: true }).isDisabled());
      await sheet.getByLabel(dune.t('web-check-identifier'), { exact: true }).fill(PLATE);
      await until('the compartment is proposed', () => sheet.getByTestId('audience-some').isChecked());
      await sheet.getByLabel(dune.t('web-hits-where-how')).fill('Quay 14.');
      await dune.press('web-hits-raise-send');
      await sheet.waitFor({ state: 'detached' });
      await petra.alarm().getByText('Quay 14.').waitFor();
      await mark(petra.alarm()).first().waitFor();
      await clean(petra, 'alarm');
      await petra.acknowledge();
      await dune.tab('hits');
      await dune.page.locator('article.hit .said li').filter({ hasText: 'Petra' }).first().waitFor();
      await mark(dune.page.locator('article.hit')).first().waitFor();
    });

    await step('talk: somebody chooses who reads it, and words stay with those they were begun for', async () => {
      await petra.tab('talk');
      await petra.id('audience').waitFor();
      assert.equal(await petra.id('audience').locator('input:checked').count(), 0, 'nobody is chosen by itself');
      await petra.id('talk-text').fill(HUSH);
      assert.equal(await petra.id('talk-send').getAttribute('aria-disabled'), 'true');
      await petra.id('talk-send').evaluate((button) => button.click());
      await petra.id('audience-some').check();
      assert.equal(await petra.id('talk-text').inputValue(), HUSH, 'it was not sent');
      // To all: what was begun for some does not go along.
      await petra.id('audience-all').check();
      assert.equal(await petra.id('talk-text').inputValue(), '');
      await petra.id('talk-text').fill('Radio check.');
      await petra.id('audience-some').check();
      assert.equal(await petra.id('talk-text').inputValue(), HUSH);
      await clean(petra, 'talk');
      await petra.id('talk-send').click();
      await dune.hears(HUSH);
      await mark(dune.id('talk-log').locator('li').filter({ hasText: HUSH })).waitFor();
      // A reply goes where the line was said.
      await dune.id('talk-log').locator('li').filter({ hasText: HUSH }).getByRole('button', { name: dune.t('web-talk-reply-to', { who: 'Petra' }) }).click();
      assert.ok(await dune.id('audience-some').isChecked());
      await dune.id('talk-text').fill('Then not a word to the port.');
      await dune.id('talk-send').click();
      await petra.hears('Then not a word to the port.');
      await petra.id('audience-all').check();
      await petra.id('talk-send').click();
      await cocoa.hears('Radio check.');
      const heard = await cocoa.id('talk-log').innerText();
      for (const hidden of [HUSH, 'Then not a word to the port.']) assert.ok(!heard.includes(hidden), heard);
      assert.equal(await cocoa.id('audience').count(), 0);
    });

    await step('the third has none of it on any screen', async () => {
      await countries.knowsNothing(cocoa, [SHIP, HUSH, '83921', 'Anchored off the cape.', 'Quay 14.']);
      await cocoa.tab('people');
      await cocoa.id('compartments').getByText(cocoa.t('web-within-announced', { count: 1 })).waitFor();
      assert.equal(await cocoa.id('compartment').count(), 0);
    });

    await step('after the lock all of it is there again', async () => {
      await dune.page.reload();
      await dune.unlock();
      await dune.enter(TITLE);
      await toBoard(dune);
      await mark(target(dune, SHIP)).waitFor();
    });
  }));
}
