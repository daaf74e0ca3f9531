// An officer with a phone: does what a hand would do, and finds things by what is written on them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { PASSPHRASE } from './stage.mjs';
import { texts } from './texts.mjs';

export class Officer {
  constructor(browser, lang = 'en') {
    Object.assign(this, browser);
    this.speak(lang);
  }

  /** Reads the page in another language from now on. */
  speak(lang) {
    this.lang = lang;
    this.t = texts(lang);
  }

  button(key, args) {
    return this.page.getByRole('button', { name: this.t(key, args), exact: true });
  }

  field(key, args) {
    return this.page.getByLabel(this.t(key, args), { exact: true });
  }

  id(name) {
    return this.page.getByTestId(name);
  }

  /** Opens the page of the hub; with a ticket, by the link that carries it. */
  async come(ticket) {
    await this.page.goto(ticket ? `${this.url}/#ticket=${encodeURIComponent(ticket)}` : this.url);
  }

  /** Enrols by a link, and reads who signed the accreditation. */
  async enrol(ticket) {
    await this.come(ticket);
    assert.equal(await this.id('ticket').inputValue(), ticket);
    assert.ok(!this.page.url().includes(ticket), 'the ticket left the address');
    await this.id('new-passphrase').fill(PASSPHRASE);
    await this.id('new-passphrase-again').fill(PASSPHRASE);
    await this.id('enrol').click();
    await this.id('enrolled-next').waitFor();
    const card = await this.page.locator('main').innerText();
    await this.id('enrolled-next').click();
    await this.id('settings').waitFor();
    return card;
  }

  async unlock(passphrase = PASSPHRASE) {
    await this.id('passphrase').fill(passphrase);
    await this.id('unlock').click();
  }

  /** Trusts a partner by its certificate. */
  async trust(pem) {
    await this.id('settings').click();
    await this.button('web-shell-partner-add').click();
    const sheet = this.sheet();
    await sheet.getByLabel(this.t('web-shell-partner-pem')).fill(readFileSync(pem, 'utf8'));
    await sheet.getByRole('button', { name: this.t('web-shell-partner-add'), exact: true }).click();
    await sheet.waitFor({ state: 'detached' });
    await this.toRooms();
  }

  /** The sheet that lies over the page. */
  sheet() {
    return this.page.locator('dialog[open]:not(.alarm)');
  }

  /** A button of the open sheet; of two with the same words, the last one is the one that does it. */
  async press(key) {
    await this.sheet().getByRole('button', { name: this.t(key), exact: true }).last().click();
  }

  async tab(name) {
    await this.id(`tab-${name}`).click();
  }

  /** Opens a room with partners and their officers in it, chosen by name. */
  async openRoom({ title, partners, officers, exercise = false }) {
    await this.id('open-room').click();
    await this.id('title').fill(title);
    if (exercise) await this.field('web-rooms-is-exercise').check();
    for (const partner of partners) await this.page.getByRole('checkbox', { name: partner }).check();
    for (const officer of officers) await this.page.getByRole('checkbox', { name: officer }).first().check();
    await this.id('review').click();
    await this.id('open-now').click();
    await this.id('tab-board').waitFor();
  }

  /** The link by which others ask to be let in. */
  async roomLink() {
    await this.tab('people');
    await this.id('link').click();
    const link = (await this.sheet().getByTestId('room-link').innerText()).trim();
    await this.sheet().getByRole('button', { name: this.t('web-shell-close'), exact: true }).click();
    return link;
  }

  /** Asks to be let into a room by its link. */
  async askToJoin(link) {
    await this.toRooms();
    await this.id('ask').click();
    await this.sheet().getByTestId('room-link').fill(link);
    await this.sheet().getByTestId('ask-do').click();
    await this.id('asked').getByText(this.t('web-rooms-asked-waiting'), { exact: true }).waitFor();
  }

  /** Lets somebody in who asks. */
  async admitAsker(callsign) {
    await this.tab('people');
    const asker = this.id('asking').locator(`[data-callsign="${callsign}"]`);
    await asker.getByTestId('asker-admit').click();
    await asker.waitFor({ state: 'detached' });
  }

  async enter(title) {
    await this.id('room').filter({ hasText: title }).click();
    await this.id('tab-board').waitFor();
  }

  /** Back to the list of rooms, from anywhere. */
  async toRooms() {
    const back = this.id('to-rooms');
    await back.or(this.id('settings')).first().waitFor();
    if (await back.isVisible()) await back.click();
    await this.id('settings').waitFor();
  }

  async fillCheck(text) {
    await this.page.locator('main').getByLabel(this.t('web-check-identifier'), { exact: true }).first().fill(text);
    await this.id('check-answer').waitFor();
  }

  async say(text, { urgent = false } = {}) {
    await this.tab('talk');
    if (urgent) await this.id('talk-urgent').click();
    await this.id('talk-text').fill(text);
    await this.id('talk-send').click();
  }

  async hears(text) {
    await this.tab('talk');
    await this.id('talk-log').getByText(text, { exact: true }).waitFor();
  }

  async addTarget({ name, identifier }) {
    await this.tab('board');
    await this.button('web-board-add').click();
    const sheet = this.sheet();
    await sheet.locator('input[required]').fill(name);
    await sheet.getByRole('button', { name: this.t('web-board-add-identifier') }).click();
    await sheet.getByLabel(this.t('web-check-identifier'), { exact: true }).fill(identifier);
    await sheet.getByRole('button', { name: this.t('web-board-add-this'), exact: true }).click();
    await this.press('web-board-add-send');
    await sheet.waitFor({ state: 'detached' });
    await this.seesTarget(name);
  }

  async seesTarget(name) {
    await this.tab('board');
    await this.page.locator('[data-target]').filter({ hasText: name }).waitFor();
  }

  async raiseHit(identifier, note) {
    await this.tab('hits');
    await this.button('web-hits-raise').click();
    const sheet = this.sheet();
    await sheet.getByLabel(this.t('web-check-identifier'), { exact: true }).fill(identifier);
    await sheet.getByLabel(this.t('web-hits-where-how')).fill(note);
    await this.press('web-hits-raise-send');
    await sheet.waitFor({ state: 'detached' });
  }

  /** The alarm over everything. */
  alarm() {
    return this.id('alarm');
  }

  async acknowledge() {
    await this.alarm().waitFor();
    await this.alarm().getByRole('button', { name: this.t('web-hits-acknowledge'), exact: true }).click();
    await this.alarm().waitFor({ state: 'detached' });
  }

  async callVote() {
    await this.tab('plan');
    await this.id('call-vote').click();
    await this.press('web-plan-call');
  }

  /** A go takes two taps. */
  async voteGo() {
    await this.tab('plan');
    await this.id('vote-go').click();
    await this.id('vote-go').click();
  }

  /** What the countries say together: `go`, `no_go`, `void`, … */
  async decides(decision) {
    await this.tab('plan');
    await this.page.locator(`.decision.${decision}`).waitFor();
  }

  /** Sets the H-hour some minutes from the next full five. */
  async setHHour() {
    await this.tab('plan');
    await this.id('set-h-hour').click();
    await this.sheet().getByRole('button', { name: this.t('web-plan-plus-minutes', { minutes: 30 }), exact: true }).click();
    await this.press('web-plan-h-hour-set');
    await this.id('h-hour').waitFor();
  }

  async share(name, mimeType, buffer) {
    await this.tab('talk');
    await this.id('talk-file').setInputFiles({ name, mimeType, buffer });
  }

  /** How many records of MLS's state lie in the browser's database: keys in clear, as the store has them. */
  mlsRecords() {
    return this.page.evaluate(async () => {
      const open = indexedDB.open('entente');
      const base = await new Promise((done, failed) => Object.assign(open, { onsuccess: () => done(open.result), onerror: failed }));
      const keys = base.transaction('records').objectStore('records').getAllKeys();
      const found = await new Promise((done, failed) => Object.assign(keys, { onsuccess: () => done(keys.result), onerror: failed }));
      base.close();
      // `room/`, the room's sixteen bytes, then the kind of record.
      const prefix = 'room/';
      return found.map((key) => new Uint8Array(key)).filter((key) => {
        const kind = key[prefix.length + 16];
        return String.fromCharCode(...key.slice(0, prefix.length)) === prefix && kind === 'm'.charCodeAt(0);
      }).length;
    });
  }

  async menu(key) {
    await this.id('room-menu').click();
    await this.press(key);
  }
}
