// What an officer waits for, measured in this machine's Chromium and printed: joining a large room, and a hit from the
// socket to the screen. Measured, not judged: machines differ.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Officer } from './officer.mjs';
import { until } from './operation.mjs';
import { Stage } from './stage.mjs';

const SEATS = 200;
const HITS = 10;
const TITLE = 'Large';

/** An exercise that only opens a room and fills it. */
function script() {
  const devices = Array.from({ length: SEATS - 1 }, (_, index) => `o${index}`);
  const cast = devices.map((id, index) => `  - {id: ${id}, country: JO, officer: JO-${index}, callsign: O${index}, role: field}`);
  const title = ['en', 'fr', 'es', 'ar'].map((lang) => `${lang}: ${TITLE}`).join(', ');
  return [
    'version: 1', 'id: large', `title: {${title}}`, 'time_box: 4h', 'stays_open: true',
    'authorities: [{country: JO, name: Bureau Amman}]',
    'devices:', '  - {id: petra, country: JO, officer: JO-900, callsign: Petra, role: coordinator}', ...cast,
    'steps:', '  - open: {by: petra}', `  - admit: {by: petra, devices: [${devices.join(', ')}]}`,
    '  - target: {by: petra, target: lorry, kind: vehicle, name: Lorry, status: moving, identifiers: ["plate:JO 14-83921"]}',
  ].join('\n');
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

test('joining a large room, and a hit from the socket to the screen', async (context) => {
  const stage = await Stage.set(1);
  try {
    const folder = stage.dir('large');
    const file = stage.dir('large.yaml');
    writeFileSync(file, script());
    await stage.entente('exercise', 'run', file, '--once', '--speed', '0', '--keep', folder, '--hub', stage.url);
    const passphrase = readFileSync(join(folder, 'passphrase'), 'utf8').trim();
    const petra = (...args) => stage.ententeAs(passphrase, ...args, '--dir', join(folder, 'device-petra'));
    const authority = join(folder, 'authority-JO');
    const officer = new Officer(await stage.browser());
    const { page } = officer;
    const [{ ticket }] = await stage.ententeAs(
      passphrase, 'authority', 'invite', '--dir', authority, '--officer', 'JO-999', '--callsign', 'Rum', '--role', 'coordinator',
    );
    stage.desk(passphrase, authority);
    await officer.enrol(ticket);

    // Leaves and comes again, so that the figure is not that of code that runs for the first time alone.
    const joins = [];
    for (let round = 1; round <= 3; round += 1) {
      await petra('room', 'admit', 'Rum');
      const marks = () => page.evaluate(() => performance.getEntriesByName('core-join').map(({ detail }) => detail));
      joins.push((await until('joined', async () => { const all = await marks(); return all.length >= round && all; })).at(-1));
      if (round < 3) await petra('room', 'remove', 'Rum');
    }
    await officer.enter(TITLE);
    await officer.seesTarget('Lorry');
    await officer.tab('people');
    assert.equal(await officer.id('seat').count(), SEATS + 1);
    context.diagnostic(`join of a room of ${SEATS + 1} seats in wasm: ${median(joins)} ms (each: ${joins.join(', ')})`);

    const shown = [];
    for (let index = 0; index < HITS; index += 1) {
      await petra('hit', 'raise', '--identifier', `plate:JO ${20 + index}-11111`, '--note', `Hit ${index}`);
      await officer.alarm().getByText(`Hit ${index}`, { exact: true }).waitFor();
      shown.push(await page.evaluate((count) => new Promise((done) => {
        const look = () => {
          const marks = performance.getEntriesByName('alarm-shown');
          const mark = marks[count];
          if (mark) done(performance.timeOrigin + mark.startTime - mark.detail.received_ms);
          else requestAnimationFrame(look);
        };
        look();
      }), index));
      await officer.alarm().getByRole('button', { name: officer.t('web-hits-acknowledge'), exact: true }).click();
      await officer.alarm().waitFor({ state: 'detached' });
    }
    const most = Math.max(...shown);
    context.diagnostic(`a hit from the socket to the alarm on the screen: median ${median(shown).toFixed(1)} ms, most ${most.toFixed(1)} ms of ${HITS}`);
    assert.deepEqual(officer.faults, []);
  } finally {
    await stage.strike();
  }
});
