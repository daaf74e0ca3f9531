import { expect, test } from 'vitest';
import { decimal, dms, graticuleStep, gridLabel, roundDown, wrap } from './coords';

test('degrees, minutes and seconds never show sixty of anything', () => {
  expect(dms({ lat: 31.9521, lon: 35.9105 })).toBe('31°57′07.6″N 035°54′37.8″E');
  expect(dms({ lat: -0.99999, lon: -4.0267 })).toBe('01°00′00.0″S 004°01′36.1″W');
  expect(dms({ lat: -0.0000001, lon: 180 })).toBe('00°00′00.0″N 180°00′00.0″E');
});

test('a map that went round still gives longitudes of the earth', () => {
  expect(wrap(190)).toBe(-170);
  expect(wrap(-545)).toBe(175);
  expect(decimal({ lat: 5, lon: 361 })).toBe('5.00000, 1.00000');
});

test('scale and graticule take round numbers', () => {
  expect([1, 3, 4999, 70_000].map(roundDown)).toEqual([1, 2, 2000, 50_000]);
  expect(graticuleStep(360)).toBe(30);
  expect(graticuleStep(9)).toBe(2);
  expect(graticuleStep(0.0001)).toBe(0.001);
  expect([gridLabel(35.5, 'lon'), gridLabel(-10, 'lat'), gridLabel(0, 'lon'), gridLabel(200, 'lon')]).toEqual(['35.5°E', '10°S', '0°', '160°W']);
});
