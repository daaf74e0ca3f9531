// Somebody follows a room's link, asks, is let in with one tap; then all assure each other by voice that they are in one room.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Officer } from './officer.mjs';
import { PASSPHRASE, Stage } from './stage.mjs';
import { until } from './steps.mjs';

const TITLE = 'Saffron';

test('asking to be let in', async (context) => {
  const stage = await Stage.set(2);
  try {
    await stage.authority('JO');
    const dubai = await stage.authority('AE');
    const petra = new Officer(await stage.browser());
    const dune = new Officer(await stage.browser(), 'ar');
    const falcon = await stage.device('JO', 'Falcon', 'field');
    await petra.enrol(await stage.ticket('JO', 'Petra', 'coordinator'));
    await dune.come();
    await dune.page.locator('button[lang="ar"]').click();
    await dune.enrol(await stage.ticket('AE', 'Dune', 'liaison'));
    await petra.trust(dubai);
    await dune.trust(stage.dir('JO/authority.pem'));
    await petra.openRoom({ title: TITLE, partners: [/Bureau AE/], officers: [/^Falcon/] });
    let link;

    await context.test('by a link, through the lock', async () => {
      link = await petra.roomLink();
      assert.match(link, /^http:.*\/#room=[0-9a-f]{32}$/);
      await dune.page.goto('about:blank');
      await dune.page.goto(`${dune.url}/${new URL(link).hash}`);
      await dune.unlock(PASSPHRASE);
      await dune.sheet().waitFor();
      assert.ok(!dune.page.url().includes('room'), 'the room left the address');
      await dune.id('ask-do').click();
      await dune.id('asked').waitFor();
    });

    await context.test('nobody without a tap', async () => {
      await petra.id('asking').locator('[data-callsign="Dune"]').waitFor();
      assert.equal(await dune.id('room').count(), 0);
      await petra.admitAsker('Dune');
      await dune.enter(TITLE);
      await dune.toRooms();
      assert.equal(await dune.id('asked').count(), 0);
      await dune.enter(TITLE);
    });

    await context.test('one safety number on all, in words of any language', async () => {
      const words = async (officer) => {
        const list = await officer.id('safety-words').locator('li').allInnerTexts();
        return list.map((text) => text.replace(/^\d+\s*/, '').trim());
      };
      await dune.tab('people');
      await dune.id('safety-words').waitFor();
      const arabic = await words(dune);
      assert.equal(arabic.length, 9);
      assert.ok(arabic.every((word) => /\p{Script=Arabic}/u.test(word)), arabic.join());
      await dune.field('web-people-safety-language').selectOption('en');
      await until('the same words', async () => {
        const [{ words: said }] = await stage.entente('room', 'safety-number', '--dir', falcon.dir);
        const [at, over] = [await words(petra), await words(dune)];
        return at.join() === said.join() && over.join() === said.join();
      });
    });

    assert.deepEqual([petra.faults, dune.faults], [[], []]);
  } finally {
    await stage.strike();
  }
});
