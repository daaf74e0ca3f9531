import { expect, test } from 'vitest';
import type { TalkLine } from '../../core/types';
import { beginning, isAfter, lastSeen, reached, shown } from './lines';

const DAY = 86_400_000;
const line = (seq: number, me = false, time_ms = seq): TalkLine => ({ seq, time_ms, text: '', urgent: false, who: { device: '', callsign: '', country: 'JO', role: 'field', me } });

test('what is new begins with the first line of somebody else', () => {
  const found = shown([line(1), line(2, true), line(3, true), line(4), line(5)], undefined, { '': 2 });
  expect(found.filter(({ fresh }) => fresh).map((it) => it.line.seq)).toEqual([4]);
  expect(shown([line(1)], undefined, undefined).some(({ fresh }) => fresh)).toBe(false);
});

test('each day has one beginning, the window too', () => {
  const lines = [line(1, false, 0), line(2, false, 1000), line(3, false, 2 * DAY), line(4, false, 2 * DAY + 1)];
  expect(shown(lines, undefined, undefined).map(({ day }) => day)).toEqual([true, false, true, false]);
  expect(shown(lines, '.4', undefined).map(({ day }) => day)).toEqual([true]);
});

test('a window has as many lines as there are', () => {
  expect(beginning([line(7), line(9), line(12)], 2)).toBe('.9');
  expect(beginning([line(7)], 200)).toBe('.7');
  expect(beginning([], 200)).toBeUndefined();
});

test('own lines are never unread', () => {
  expect(lastSeen([line(1), line(2), line(3, true), line(4)], 2)).toEqual({ '': 1 });
  expect(lastSeen([line(1)], 0)).toBeUndefined();
  expect(lastSeen([line(5)], 9)).toEqual({});
});

test('each place is read by itself: the same number is another line', () => {
  const inner = { ...line(3), within: 'a' };
  const lines = [line(3), inner, line(4)];
  expect(reached(lines)).toEqual({ '': 4, a: 3 });
  expect(isAfter(inner, { '': 9 })).toBe(true);
  expect(shown(lines, undefined, { '': 4 }).filter(({ fresh }) => fresh).map((it) => it.line)).toEqual([inner]);
  expect(shown(lines, 'a.3', undefined).map((it) => it.line)).toEqual([inner, line(4)]);
});
