// What an officer waits for, measured in this machine's Chromium and printed: joining a large room, and a hit from the
// socket to the screen. Measured, not judged: machines differ.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Scene } from './scene.mjs';
import { Stage } from './stage.mjs';
import { until } from './steps.mjs';

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

/** From the socket to the picture that has the alarm in it, as the compositor tells it: in the page. */
function painted(index) {
  return new Promise((done) => {
    new PerformanceObserver((list, observer) => {
      const mark = performance.getEntriesByName('alarm-drawn')[index];
      const paint = mark && list.getEntries().find(({ identifier }) => identifier === `alarm ${mark.detail.hit}`);
      if (!paint) return;
      observer.disconnect();
      done(performance.timeOrigin + paint.renderTime - mark.detail.received_ms);
    }).observe({ type: 'element', buffered: true });
  });
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

test('joining a large room, and a hit from the socket to the screen', async (context) => {
  const stage = await Stage.set(1);
  try {
    const scene = await Scene.set(stage, script());
    const petra = (...args) => scene.as('petra', ...args);
    const officer = await scene.visitor();
    const { page } = officer;

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
    await until('all are listed', async () => (await officer.id('seat').count()) === SEATS + 1);
    context.diagnostic(`join of a room of ${SEATS + 1} seats in wasm: ${median(joins)} ms (each: ${joins.join(', ')})`);

    // Where an officer is, and over the longest list. The first ones run code that has never run.
    let hits = 0;
    const ring = async (count) => {
      const shown = [];
      for (let index = 0; index < count; index += 1, hits += 1) {
        await petra('hit', 'raise', '--identifier', `plate:JO ${20 + hits}-11111`, '--note', `Hit ${hits}`);
        await officer.alarm().getByText(`Hit ${hits}`, { exact: true }).waitFor();
        shown.push(await page.evaluate(painted, hits));
        await officer.alarm().getByRole('button', { name: officer.t('web-hits-acknowledge'), exact: true }).click();
        await officer.alarm().waitFor({ state: 'detached' });
      }
      return shown;
    };
    const first = await ring(2);
    for (const tab of ['board', 'people']) {
      await officer.tab(tab);
      const shown = await ring(HITS);
      context.diagnostic(`a hit from the socket to the alarm on the screen, over ${tab}: median ${median(shown).toFixed(1)} ms, most ${Math.max(...shown).toFixed(1)} ms of ${HITS}`);
    }
    context.diagnostic(`the first two after the start: ${first.map((ms) => ms.toFixed(1)).join(' and ')} ms`);
    assert.deepEqual(officer.faults, []);
  } finally {
    await stage.strike();
  }
});
