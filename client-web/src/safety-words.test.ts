import { expect, test } from 'vitest';
import { places, wordsOf } from './safety-words';

test('nine places of seven bits, the highest first', () => {
  expect(places('0000 0000 0000 0000 0000')).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0]);
  expect(places('0922 3372 0368 5477 5807')).toEqual(Array(9).fill(127));
  const number = [1, 2, 3, 4, 5, 6, 7, 8, 127].reduce((sum, place) => sum * 128n + BigInt(place), 0n);
  expect(places(String(number).padStart(20, '0'))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 127]);
});

test('every place has a word in every language', async () => {
  for (const lang of ['en', 'fr', 'es', 'ar'] as const) {
    const list = await wordsOf(lang);
    expect(new Set(list).size).toBe(128);
    expect(list.every((word) => word === word.trim() && word)).toBe(true);
  }
});
