// The link chart: targets on one side, what holds them together on the other, and which belongs to which.
import type { BondView, NodeView } from '../../core/types';

export interface Chart {
  targets: NodeView[];
  bonds: BondView[];
  /** Place of a target, place of a bond. */
  lines: [target: number, bond: number][];
}

const isAcross = (bond: BondView) => bond.by === 'identifier' && bond.across_rooms;
const ends = (bond: BondView): NodeView[] => (bond.by === 'identifier' ? bond.targets : [bond.from, bond.to]);

/** What spans rooms first; targets as they are first named, so that few lines cross. */
export function chart(bonds: readonly BondView[]): Chart {
  const sorted = [...bonds].sort((a, b) => Number(isAcross(b)) - Number(isAcross(a)));
  const targets: NodeView[] = [];
  const places = new Map<string, number>();
  const lines: Chart['lines'] = [];
  sorted.forEach((bond, place) => {
    for (const node of ends(bond)) {
      const key = `${node.room} ${node.target}`;
      let target = places.get(key);
      if (target === undefined) {
        target = targets.push(node) - 1;
        places.set(key, target);
      }
      lines.push([target, place]);
    }
  });
  return { targets, bonds: sorted, lines };
}
