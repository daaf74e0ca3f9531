import { expect, test } from 'vitest';
import { aroundPole, unwrap } from './map-data';

test('a line over the date line goes on instead of across the map', () => {
  expect(unwrap([[179, 66], [-179, 67], [-170, 66], [179, 65]])).toEqual([[179, 66], [181, 67], [190, 66], [179, 65]]);
  expect(unwrap([[-179, 0], [179, 0]])).toEqual([[-179, 0], [-181, 0]]);
});

test('land around the pole is closed below it', () => {
  const ring = unwrap([[-180, -70], [-60, -70], [60, -75], [179, -72], [-180, -70]]);
  expect(ring.at(-1)).toEqual([180, -70]);
  expect(aroundPole(ring).slice(-3)).toEqual([[180, -90], [-180, -90], [-180, -70]]);
  const island = [[0, 0], [1, 0], [1, 1], [0, 0]];
  expect(aroundPole(island)).toBe(island);
});
