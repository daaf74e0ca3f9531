import { expect, test } from 'vitest';
import { roomOfText } from './link';

const ID = '0192f3a4b5c6d7e8f90a1b2c3d4e5f60';

test('a room is found in its link and by its number', () => {
  expect(roomOfText(` https://hub.example/#room=${ID}\n`)).toBe(ID);
  expect(roomOfText(`hub.example/#lang=fr&room=${ID}&x=1`)).toBe(ID);
  expect(roomOfText(ID.toUpperCase())).toBe(ID);
  expect(roomOfText('0192f3a4-b5c6-d7e8-f90a-1b2c3d4e5f60')).toBe(ID);
});

test('what is no room is none', () => {
  for (const text of ['', 'Saffron', ID.slice(1), `${ID}0`, 'https://hub.example/', `https://hub.example/#ticket=${ID}`]) {
    expect(roomOfText(text)).toBe('');
  }
});
