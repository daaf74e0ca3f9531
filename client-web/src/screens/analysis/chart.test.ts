import { expect, test } from 'vitest';
import type { BondView, NodeView } from '../../core/types';
import { chart } from './chart';

const node = (room: string, target: string): NodeView => ({ room, room_title: room, target, name: target });
const plate = { text: 'plate:JO1', kind: 'plate', value: 'JO1' } as const;

test('a target is one box however many bonds it has, and what spans rooms comes first', () => {
  const link: BondView = { by: 'link', from: node('a', 'lorry'), to: node('a', 'shop'), relation: 'delivers to' };
  const shared: BondView = { by: 'identifier', identifier: plate, targets: [node('a', 'lorry'), node('b', 'lorry')], across_rooms: true };
  const found = chart([link, shared]);
  expect(found.bonds).toEqual([shared, link]);
  expect(found.targets.map(({ room, target }) => `${room}/${target}`)).toEqual(['a/lorry', 'b/lorry', 'a/shop']);
  expect(found.lines).toEqual([[0, 0], [1, 0], [0, 1], [2, 1]]);
  expect(chart([])).toEqual({ targets: [], bonds: [], lines: [] });
});
