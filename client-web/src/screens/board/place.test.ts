import { describe, expect, it } from 'vitest';
import { parsePlace } from './place';

describe('typed coordinates', () => {
  it.each([
    ['31.9521, 35.9105', 31.9521, 35.9105],
    ['31.9521 35.9105', 31.9521, 35.9105],
    ['-33.5, -70.25', -33.5, -70.25],
    ['31,9521; 35,9105', 31.9521, 35.9105],
    ['31,9521, 35,9105', 31.9521, 35.9105],
    ['31°57\'00"N 35°54\'36"E', 31.95, 35.91],
    ['35 54.6 E, 31 57 N', 31.95, 35.91],
    ['33 30 S 70 15 W', -33.5, -70.25],
    ['٣١٫٩٥، ٣٥٫٩١', 31.95, 35.91],
    ['-0.5, 0.5', -0.5, 0.5],
    ['-0 30, 0 30', -0.5, 0.5],
  ])('%s', (text, lat, lon) => {
    const place = parsePlace(text);
    expect(place?.lat).toBeCloseTo(lat, 6);
    expect(place?.lon).toBeCloseTo(lon, 6);
  });

  it.each(['', '31.95', 'Amman', '91, 10', '10, 181', '31 75 N 35 10 E', '31 N, 35 N', '1 2 3'])('not a place: %s', (text) => {
    expect(parsePlace(text)).toBeUndefined();
  });
});
