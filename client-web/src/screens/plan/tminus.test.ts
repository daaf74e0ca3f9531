import { expect, test } from 'vitest';
import { saidMinutes, tminus } from './tminus';

test('zero is shown when it is zero', () => {
  expect(tminus(751_000)).toBe('T−00:12:31');
  expect(tminus(1)).toBe('T−00:00:01');
  expect(tminus(0)).toBe('T+00:00:00');
  expect(tminus(-5_999)).toBe('T+00:00:05');
  expect(tminus(100 * 3_600_000)).toBe('T−100:00:00');
});

test('round minutes are said once they have come', () => {
  expect(saidMinutes(61 * 60_000)).toBeUndefined();
  expect(saidMinutes(12 * 60_000)).toBe(15);
  expect(saidMinutes(30_000)).toBe(1);
  expect(saidMinutes(0)).toBeUndefined();
});
