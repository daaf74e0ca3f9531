import { expect, test } from 'vitest';
import type { TalkLine } from '../../core/types';
import { beginning, lastSeen, shown } from './lines';

const DAY = 86_400_000;
const line = (seq: number, me = false, time_ms = seq): TalkLine => ({ seq, time_ms, text: '', urgent: false, who: { device: '', callsign: '', country: 'JO', role: 'field', me } });

test('what is new begins with the first line of somebody else', () => {
  const found = shown([line(1), line(2, true), line(3, true), line(4), line(5)], 0, 2);
  expect(found.filter(({ fresh }) => fresh).map((it) => it.line.seq)).toEqual([4]);
  expect(shown([line(1)], 0, undefined).some(({ fresh }) => fresh)).toBe(false);
});

test('each day has one beginning, the window too', () => {
  const lines = [line(1, false, 0), line(2, false, 1000), line(3, false, 2 * DAY), line(4, false, 2 * DAY + 1)];
  expect(shown(lines, 0, undefined).map(({ day }) => day)).toEqual([true, false, true, false]);
  expect(shown(lines, 4, undefined).map(({ day }) => day)).toEqual([true]);
});

test('a window has as many lines as there are', () => {
  expect(beginning([line(7), line(9), line(12)], 2)).toBe(9);
  expect(beginning([line(7)], 200)).toBe(7);
  expect(beginning([], 200)).toBe(0);
});

test('own lines are never unread', () => {
  expect(lastSeen([line(1), line(2), line(3, true), line(4)], 2)).toBe(1);
  expect(lastSeen([line(1)], 0)).toBeUndefined();
  expect(lastSeen([line(5)], 9)).toBe(4);
});
