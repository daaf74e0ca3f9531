// A whole operation: two browsers of two countries and a device of the command line in one room, from the tickets to
// the end. It is played in more than one language; what is looked for is what an officer would read.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Officer } from './officer.mjs';
import { PHOTO } from './photo.mjs';
import { PASSPHRASE, Stage } from './stage.mjs';
import { steps, until } from './steps.mjs';

const TITLE = 'Saffron';
const PLATE = 'JO 14-83921';

/** Plays it, each step a test of its own in `context`. */
export async function play(context, lang) {
  const options = { locale: lang, timezoneId: 'Asia/Amman' };
  const stage = await Stage.set(2);
  try {
    const amman = await stage.authority('JO');
    const dubai = await stage.authority('AE');
    const petra = new Officer(await stage.browser(options), lang);
    const dune = new Officer(await stage.browser(options), lang);
    let falcon;
    const step = steps(context, stage, lang, [petra, dune]);
    const cli = (...args) => stage.entente(...args, '--dir', falcon.dir);
    const board = async () => (await cli('target', 'list')).flat();

    await step('enrol', async () => {
      falcon = await stage.device('JO', 'Falcon', 'field');
      await stage.entente('device', 'trust', '--dir', falcon.dir, dubai);
      const card = await petra.enrol(await stage.ticket('JO', 'Petra', 'coordinator'));
      assert.match(card, /Petra/);
      assert.match(card, /Bureau JO/);
      await dune.enrol(await stage.ticket('AE', 'Dune', 'liaison'));
      assert.equal(await petra.page.locator('html').getAttribute('dir'), lang === 'ar' ? 'rtl' : 'ltr');
      await petra.trust(dubai);
      await dune.trust(amman);
    });

    await step('open a room and admit', async () => {
      await petra.openRoom({ title: TITLE, partners: [/Bureau AE/], officers: [/^Falcon/] });
      await dune.askToJoin(await petra.roomLink());
      await petra.admitAsker('Dune');
      await dune.enter(TITLE);
      assert.equal((await cli('room', 'list')).length, 1);
      await petra.tab('people');
      for (const name of ['Petra', 'Dune', 'Falcon']) await petra.page.locator(`[data-callsign="${name}"]`).waitFor();
    });

    await step('talk both ways', async () => {
      await petra.say('All in position?');
      await dune.hears('All in position?');
      await dune.say('Dune in position.');
      await petra.hears('Dune in position.');
      await cli('say', 'Falcon has the lorry in sight.');
      await petra.hears('Falcon has the lorry in sight.');
      await dune.hears('Falcon has the lorry in sight.');
      const said = await cli('follow', '--history', '--once');
      assert.ok(said.some((line) => JSON.stringify(line).includes('Dune in position.')));
    });

    await step('a target on all boards', async () => {
      await petra.addTarget({ name: 'White lorry', identifier: PLATE });
      await dune.seesTarget('White lorry');
      assert.ok(JSON.stringify(await board()).includes('White lorry'));
    });

    await step('a hit rings at the other side and is acknowledged there in one tap', async () => {
      await dune.raiseHit(PLATE, 'Gate camera, lane 2.');
      assert.equal(await dune.alarm().count(), 0, 'no alarm for who raised it');
      await petra.alarm().getByText('Gate camera, lane 2.').waitFor();
      await petra.acknowledge();
      await dune.tab('hits');
      await dune.page.locator('article.hit .said li').filter({ hasText: 'Petra' }).first().waitFor();
      const hits = await cli('hit', 'list');
      assert.ok(JSON.stringify(hits).includes('acknowledged'), JSON.stringify(hits));
    });

    await step('H-hour, then go or no go', async () => {
      await petra.setHHour();
      await dune.tab('plan');
      await dune.id('h-hour').waitFor();
      await petra.callVote();
      await petra.voteGo();
      await petra.decides('open');
      await dune.voteGo();
      await petra.decides('go');
      await dune.decides('go');
      // Another plan: nobody has agreed to that one.
      await petra.setHHour();
      await dune.decides('void');
    });

    await step('a photo, sealed on the way', async () => {
      await dune.share('gate.png', 'image/png', PHOTO);
      await petra.tab('talk');
      const figure = petra.id('talk-log').locator('figure').last();
      await figure.getByRole('button').first().click();
      await figure.locator('img').waitFor();
      const [shared] = (await cli('document', 'list')).flat();
      const out = stage.dir('gate.png');
      await cli('document', 'get', '--into', stage.folder, shared.document ?? shared.id);
      assert.deepEqual(readFileSync(out), PHOTO);
    });

    await step('reload and go on', async () => {
      await dune.page.reload();
      await dune.unlock('wrong horse');
      await dune.page.getByRole('alert').waitFor();
      await dune.unlock();
      await dune.enter(TITLE);
      await dune.seesTarget('White lorry');
      await dune.say('Dune is back.');
      await petra.hears('Dune is back.');
    });

    await step('offline: read, write, come back, in order', async () => {
      await dune.tab('talk');
      dune.wire.cut();
      // From the device's own storage: page, core, room.
      await dune.page.reload();
      await dune.unlock();
      await dune.enter(TITLE);
      await dune.hears('Dune is back.');
      // A part of the page that was never opened before.
      await dune.tab('map');
      await dune.id('map').waitFor();
      await dune.tab('talk');
      await dune.say('First from the tunnel.');
      await dune.say('Second from the tunnel.');
      await dune.id('talk-log').locator('.queued').nth(1).waitFor();
      await petra.say('Where is Dune?');
      dune.wire.mend();
      await dune.hears('Where is Dune?');
      await petra.hears('Second from the tunnel.');
      await until('nothing waits', async () => (await dune.id('talk-log').locator('.queued').count()) === 0);
      for (const officer of [petra, dune]) {
        const text = await officer.id('talk-log').innerText();
        const places = ['Where is Dune?', 'First from the tunnel.', 'Second from the tunnel.'].map((line) => text.indexOf(line));
        assert.ok(places.every((place) => place >= 0), text);
        assert.deepEqual(places, [...places].sort((a, b) => a - b));
      }
    });

    await step('what the board says of itself', async () => {
      await cli('target', 'add', '--kind', 'place', '--name', 'Shed', '--identifier', `plate:${PLATE}`);
      await petra.seesTarget('Shed');
      await petra.menu('web-analysis-title');
      // Jordan acknowledged the one hit, in its one way.
      const row = petra.id('responses').locator('tbody tr').filter({ hasText: petra.t('stage-acknowledge') });
      await row.waitFor();
      assert.match(await row.innerText(), /JO[^]*1[^]*\d\d:\d\d/);
      const chart = petra.id('link-chart');
      await chart.getByRole('button', { name: /White lorry/ }).waitFor();
      assert.equal(await chart.locator('path').count(), 2);
      await chart.getByRole('button', { name: /Shed/ }).click();
      await petra.page.getByRole('heading', { name: 'Shed' }).first().waitFor();
    });

    await step('close: the keys are gone', async () => {
      for (const officer of [petra, dune]) assert.ok(await officer.mlsRecords() > 0, 'there are keys to lose');
      await petra.menu('web-rooms-close');
      await petra.press('web-rooms-close');
      for (const officer of [petra, dune]) {
        await until('closed', async () => (await officer.page.getByTestId('talk-text').count()) === 0);
        await until('no key is left', async () => (await officer.mlsRecords()) === 0);
      }
      await assert.rejects(cli('say', 'Anybody?'));
      // What lies on the device after another start: a record without keys, and nothing can be said.
      await dune.page.reload();
      await dune.unlock();
      await dune.enter(TITLE);
      await dune.tab('talk');
      await dune.id('talk-log').getByText('Dune is back.', { exact: true }).waitFor();
      assert.equal(await dune.id('talk-text').count(), 0);
    });

    await context.test('no fault in any page', () => {
      assert.deepEqual([petra.faults, dune.faults], [[], []]);
    });
  } finally {
    await stage.strike();
  }
}
