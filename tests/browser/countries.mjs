// Three countries in one room, of which two can have a compartment: Petra of Jordan opened the room, Dune speaks for the
// Emirates, Cocoa of Côte d'Ivoire stays outside.
import assert from 'node:assert/strict';
import { faultsOf } from '../../client-web/tests/faults.mjs';
import { Officer } from './officer.mjs';
import { Stage } from './stage.mjs';
import { steps } from './steps.mjs';

export const TITLE = 'Saffron';

/** The pages speak of countries by their names. */
export const names = (lang, ...codes) => {
  const tag = lang === 'ar' ? 'ar-u-nu-latn' : 'en-GB';
  const name = new Intl.DisplayNames([tag], { type: 'region' });
  return new Intl.ListFormat(tag, { style: 'long', type: 'conjunction' }).format(codes.map((code) => name.of(code)));
};

export class Countries {
  /** Plays what `work` does with them, in one language. */
  static async play(context, lang, work) {
    const stage = await Stage.set(3);
    try {
      const countries = new Countries(context, lang, stage);
      await countries.#come();
      await work(countries);
      await context.test('no fault in any page', () => {
        assert.deepEqual(countries.officers.map(({ faults }) => faults), [[], [], []]);
      });
    } finally {
      await stage.strike();
    }
  }

  officers = [];

  constructor(context, lang, stage) {
    Object.assign(this, { lang, stage, step: steps(context, stage, lang, this.officers) });
    /** Those who sit in the compartment. */
    this.inside = names(lang, 'AE', 'JO');
  }

  async #come() {
    const pems = Object.fromEntries(await Promise.all(['JO', 'AE', 'CI'].map(async (code) => [code, await this.stage.authority(code)])));
    for (const [country, callsign, role] of [['JO', 'Petra', 'coordinator'], ['AE', 'Dune', 'liaison'], ['CI', 'Cocoa', 'liaison']]) {
      const officer = new Officer(await this.stage.browser({ locale: this.lang, reducedMotion: 'reduce' }), this.lang);
      await officer.enrol(await this.stage.ticket(country, callsign, role));
      for (const [code, pem] of Object.entries(pems)) if (code !== country) await officer.trust(pem);
      this.officers.push(officer);
      this[callsign.toLowerCase()] = officer;
    }
  }

  async openRoom() {
    const { petra } = this;
    await petra.openRoom({ title: TITLE, partners: [/Bureau AE/, /Bureau CI/], officers: [] });
    const link = await petra.roomLink();
    for (const [officer, name] of [[this.dune, 'Dune'], [this.cocoa, 'Cocoa']]) {
      await officer.askToJoin(link);
      await petra.admitAsker(name);
      await officer.enter(TITLE);
    }
  }

  /** Petra opens a compartment, and Dune sits in it; `look` sees the form before it is sent. */
  async openCompartment(look = async () => undefined) {
    const { petra } = this;
    await petra.tab('people');
    await petra.id('open-compartment').click();
    const sheet = petra.sheet();
    await sheet.locator('input[data-country="AE"]').check();
    await sheet.locator('select[data-country="AE"]').selectOption({ index: 1 });
    await look(sheet);
    await sheet.getByTestId('open-compartment-do').click();
    await sheet.waitFor({ state: 'detached' });
    const card = petra.id('compartment');
    await card.getByText('Dune').waitFor();
    return card;
  }

  /** The marks of what those alone see who sit in the compartment. */
  mark(where) {
    const only = this.petra.t('web-within-only', { countries: this.inside });
    return where.getByTestId('within').filter({ hasText: only });
  }

  target(officer, name) {
    return officer.page.locator('[data-target]').filter({ hasText: name });
  }

  /** Opens a target's sheet, on the board; of two of a name the one of the compartment if that is wanted. */
  async openTarget(officer, name, isInner = false) {
    await officer.tab('hits');
    await officer.tab('board');
    const row = this.target(officer, name);
    const marked = officer.page.getByTestId('within');
    await (isInner ? row.filter({ has: marked }) : row.filter({ hasNot: marked })).click();
    return officer.page.locator('article.detail');
  }

  /** The form of a new target, up to its button. */
  async fillTarget(officer, name, plate) {
    await officer.tab('board');
    await officer.button('web-board-add').click();
    const sheet = officer.sheet();
    await sheet.locator('input[required]').fill(name);
    await sheet.getByRole('button', { name: officer.t('web-board-add-identifier') }).click();
    await sheet.getByLabel(officer.t('web-check-identifier'), { exact: true }).fill(plate);
    await sheet.getByRole('button', { name: officer.t('web-board-add-this'), exact: true }).click();
    return sheet;
  }

  /** Nothing keeps anybody out of the page as it is now. */
  async clean(officer, what) {
    assert.deepEqual(await faultsOf(officer.page), [], what);
    await this.stage.picture(`${this.lang} compartment ${what}`, [officer]);
  }

  /** Nothing of this is on any screen of somebody outside. */
  async knowsNothing(officer, hidden) {
    for (const tab of ['board', 'talk', 'hits', 'plan', 'people', 'map']) {
      await officer.tab(tab);
      await officer.page.waitForFunction(() => !document.querySelector('.parted [role="status"]'));
      const text = await officer.page.locator('body').innerText();
      for (const words of hidden) assert.ok(!text.includes(words), `${tab}: ${words}`);
    }
  }
}
