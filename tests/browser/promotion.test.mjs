// A compartment's target on its way to all of the room: proposed, agreed to by the country that answers for it, said. Each step
// shows exactly what would be said, and to whom; before the last one the third country has nothing of it. Links from the
// compartment into the room are seen by who sees both; and who wants out of the compartment gets out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Countries, names } from './countries.mjs';
import { until } from './steps.mjs';

const SHIP = 'Sea Lily';
const PLATE = 'JO 14-83921';
const NOTE = 'From a friend in the port.';
const LORRY = 'White lorry';
const RELATION = 'waits for';

for (const lang of ['en', 'ar']) {
  test(`out of a compartment, in ${lang}`, (context) => Countries.play(context, lang, async (countries) => {
    const { step, petra, dune, cocoa } = countries;
    const mark = (where) => countries.mark(where);
    const clean = (officer, what) => countries.clean(officer, `promotion ${what}`);
    const [emirates, ivory] = [names(lang, 'AE'), names(lang, 'CI')];
    const jordan = names(lang, 'JO');
    const fresh = (officer) => officer.t('web-promotion-new-readers', { countries: ivory, count: 1 });
    const ship = (officer) => countries.openTarget(officer, SHIP, true);
    const promotion = (officer, state) => officer.page.locator(`[data-testid="promotion"][data-step="${state}"]`);
    const outside = () => countries.knowsNothing(cocoa, [SHIP, '83921', NOTE]);
    /** What would be said is there to the letter, with those who would read it. */
    const says = async (officer) => {
      const sheet = officer.sheet();
      const said = await sheet.getByTestId('promotion-say').innerText();
      for (const words of [SHIP, '83921', emirates]) assert.ok(said.includes(words), `${words}: ${said}`);
      const all = await sheet.innerText();
      for (const words of [NOTE, RELATION]) assert.ok(!all.includes(words), `${words}: ${all}`);
      const to = await sheet.getByTestId('promotion-readers').innerText();
      const [everybody, learns] = [to.slice(0, to.indexOf(fresh(officer))), to.includes(fresh(officer))];
      assert.ok(learns, to);
      for (const country of [jordan, emirates, ivory]) assert.ok(everybody.includes(country), `${country}: ${to}`);
      return sheet;
    };

    await step('a target of the Emirates, in a compartment of two', async () => {
      await countries.openRoom();
      await cocoa.addTarget({ name: LORRY, identifier: 'JO 14-00001' });
      await countries.openCompartment();
      await dune.seesTarget(LORRY);
      await dune.id('compartment-count').getByText(dune.t('web-within-seated', { count: 1 })).waitFor();
      const sheet = await countries.fillTarget(dune, SHIP, PLATE);
      await sheet.getByTestId('audience-some').check();
      await sheet.locator('textarea').fill(NOTE);
      await sheet.getByTestId('add-target-do').click();
      await sheet.waitFor({ state: 'detached' });
      await petra.tab('board');
      await mark(countries.target(petra, SHIP)).waitFor();
    });

    await step('a link into the room is seen by who sees both', async () => {
      let detail = await ship(petra);
      await detail.getByRole('button', { name: petra.t('web-board-edit'), exact: true }).click();
      const sheet = petra.sheet();
      await sheet.getByRole('button', { name: petra.t('web-board-add-link'), exact: true }).click();
      await sheet.getByText(petra.t('web-within-link')).waitFor();
      await sheet.getByLabel(petra.t('web-board-link-target'), { exact: true }).selectOption({ label: LORRY });
      await sheet.getByLabel(petra.t('web-board-link-relation'), { exact: true }).fill(RELATION);
      await sheet.getByRole('button', { name: petra.t('web-board-add-this'), exact: true }).last().click();
      await clean(petra, 'link');
      await petra.press('web-board-save');
      await sheet.waitFor({ state: 'detached' });
      await detail.getByTestId('link').filter({ hasText: LORRY }).filter({ hasText: RELATION }).waitFor();
      // From the other end too, with the mark of those who see it.
      detail = await countries.openTarget(dune, LORRY);
      const back = detail.getByTestId('link').filter({ hasText: SHIP });
      await mark(back).waitFor();
      await clean(dune, 'link back');
      await back.click();
      await detail.getByRole('heading', { name: SHIP }).waitFor();
      // The room's own names nothing of a compartment: it is not even offered.
      detail = await countries.openTarget(dune, LORRY);
      await detail.getByRole('button', { name: dune.t('web-board-edit'), exact: true }).click();
      assert.equal(await dune.sheet().getByRole('button', { name: dune.t('web-board-add-link'), exact: true }).count(), 0);
      await dune.page.keyboard.press('Escape');
      await dune.sheet().waitFor({ state: 'detached' });
      detail = await countries.openTarget(cocoa, LORRY);
      await detail.getByRole('heading', { name: LORRY }).waitFor();
      assert.equal(await detail.getByTestId('link').count(), 0);
      assert.equal(await detail.getByTestId('promotions').count(), 0);
      await outside();
    });

    await step('proposed: what would be said, and to whom, before it is asked for', async () => {
      const detail = await ship(petra);
      // With the keyboard alone; what is closed by its key leaves the target open.
      await detail.getByTestId('promote').focus();
      await petra.page.keyboard.press('Enter');
      await petra.sheet().waitFor();
      await petra.page.keyboard.press('Escape');
      await petra.sheet().waitFor({ state: 'detached' });
      await detail.getByTestId('promote').waitFor();
      await petra.page.keyboard.press('Enter');
      const sheet = await says(petra);
      await clean(petra, 'ask');
      assert.equal((await sheet.getByTestId('promote-do').innerText()).trim(), petra.t('web-promotion-ask-do', { country: emirates }));
      await sheet.getByTestId('promote-do').focus();
      await petra.page.keyboard.press('Enter');
      await sheet.waitFor({ state: 'detached' });
      const card = promotion(petra, 'wanted');
      await card.getByText(petra.t('web-promotion-step-wanted', { country: emirates })).waitFor();
      await card.getByText('Petra').waitFor();
      await clean(petra, 'wanted');
      // Jordan has no say in it, and asks once.
      for (const id of ['promotion-answer', 'promotion-say-open']) assert.equal(await card.getByTestId(id).count(), 0, id);
      assert.equal(await detail.getByTestId('promote').count(), 0);
      await outside();
    });

    await step('not agreed, then agreed, by who answers for it', async () => {
      await dune.tab('board');
      await countries.target(dune, SHIP).getByTestId('promotion-waits').waitFor();
      await clean(dune, 'waits');
      const detail = await ship(dune);
      await detail.getByTestId('promotion-answer').click();
      let sheet = await says(dune);
      await clean(dune, 'answer');
      await sheet.getByTestId('promotion-refuse').click();
      await sheet.waitFor({ state: 'detached' });
      await promotion(petra, 'refused').getByText('Dune').waitFor();
      assert.equal(await petra.id('promotion-say-open').count(), 0);
      assert.equal(await promotion(petra, 'refused').getByTestId('promotion-answer').count(), 0);
      await outside();
      await promotion(dune, 'refused').getByTestId('promotion-answer').click();
      sheet = await says(dune);
      assert.equal((await sheet.getByTestId('promotion-agree').innerText()).trim(), dune.t('web-promotion-agree', { country: emirates }));
      await sheet.getByTestId('promotion-agree').click();
      await sheet.waitFor({ state: 'detached' });
      await promotion(petra, 'agreed').getByText('Dune').waitFor();
      await promotion(dune, 'agreed').waitFor();
      assert.equal(await dune.id('promotion-answer').count(), 0, 'what was agreed to is not taken back');
      await clean(petra, 'agreed');
      // Agreed is not said.
      await outside();
    });

    await step('said: all of the room know it, and nothing of where it lay', async () => {
      await promotion(petra, 'agreed').getByTestId('promotion-say-open').click();
      const sheet = await says(petra);
      assert.equal((await sheet.getByTestId('promotion-say-do').innerText()).trim(), petra.t('web-promotion-say-do', { count: 3 }));
      await clean(petra, 'say');
      await sheet.getByTestId('promotion-say-do').click();
      await sheet.waitFor({ state: 'detached' });
      await promotion(petra, 'said').waitFor();
      await clean(petra, 'said');
      await cocoa.seesTarget(SHIP);
      let detail = await countries.openTarget(cocoa, SHIP);
      await detail.getByTestId('origin').getByText('Petra').waitFor();
      assert.equal(await detail.getByTestId('origin-there').count(), 0);
      assert.equal(await cocoa.id('within').count(), 0);
      await clean(cocoa, 'outside');
      await countries.knowsNothing(cocoa, [NOTE, RELATION]);
      // Inside there are both, and each leads to the other.
      await dune.tab('hits');
      await dune.tab('board');
      await until('both are there', async () => (await countries.target(dune, SHIP).count()) === 2);
      detail = await ship(dune);
      await promotion(dune, 'said').getByTestId('promotion-known').click();
      await detail.getByTestId('origin').getByText('Petra').waitFor();
      await clean(dune, 'known');
      await mark(detail.getByTestId('origin-there')).waitFor();
      await detail.getByTestId('origin-there').click();
      await promotion(dune, 'said').waitFor();
    });

    await step('out of the compartment by oneself, and in the room as before', async () => {
      await dune.tab('people');
      await dune.id('compartment').getByTestId('leave-compartment').click();
      await clean(dune, 'leave');
      await dune.press('web-within-leave');
      await dune.id('compartments').getByText(dune.t('web-within-seated', { count: 0 })).waitFor();
      assert.equal(await dune.id('leave-compartment').count(), 0);
      await clean(dune, 'left');
      await dune.tab('board');
      await dune.id('compartment-count').getByText(dune.t('web-within-seated', { count: 0 })).waitFor();
      assert.equal(await countries.target(dune, SHIP).count(), 1);
      assert.equal(await dune.page.locator('[data-target]').getByTestId('within').count(), 0);
      await petra.tab('people');
      const card = petra.id('compartment');
      await card.getByText('Dune').waitFor({ state: 'detached' });
      // Where nobody else sits nobody is let go.
      assert.equal(await card.getByTestId('leave-compartment').count(), 0);
      await petra.tab('talk');
      await petra.id('audience-all').check();
      await petra.say('Still here?');
      await dune.hears('Still here?');
    });
  }));
}
