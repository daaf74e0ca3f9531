import { expect, test } from 'vitest';
import { cluster } from './cluster';

const dots = (...points: [number, number][]) => points.map(([x, y], item) => ({ x, y, item }));

test('near ones go together across the borders of the grid, far ones stay apart', () => {
  const found = cluster(dots([39, 10], [41, 10], [200, 200]), 40);
  expect(found.map(({ items }) => items)).toEqual([[0, 1], [2]]);
});

test('a cluster stays where its first is', () => {
  const [one] = cluster(dots([10, 10], [30, 10], [0, 0]), 40);
  expect(one).toEqual({ x: 10, y: 10, items: [0, 1, 2] });
});

test('a thousand on one spot are one', () => {
  expect(cluster(dots(...Array.from({ length: 1000 }, (): [number, number] => [5, 5])), 40)).toHaveLength(1);
});
