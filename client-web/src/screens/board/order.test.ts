import { describe, expect, it } from 'vitest';
import type { TargetView } from '../../core/types';
import { ALL_OF_ROOM, NO_FILTER, fits, grouped, isStale } from './order';

const now = 1_000_000_000;
const make = (id: string, more: Partial<TargetView>): TargetView => ({
  id, name: id, status: 'approved', kind: 'vehicle', priority: 3, owner: 'JO', team: '', notes: '', identifiers: [],
  track: [], stale: false, open_hits: 0, ...more,
}) as unknown as TargetView;

describe('the board', () => {
  it('shows first what moves, and in a group first what has a hit', () => {
    const groups = grouped([
      make('a', { status: 'stood_down' }), make('b', { status: 'moving', priority: 1 }),
      make('c', { status: 'moving', open_hits: 1 }), make('d', { status: 'lost' }),
    ]);
    expect(groups.map(({ status, targets }) => [status, targets.map(({ id }) => id)])).toEqual([
      ['moving', ['c', 'b']], ['lost', ['d']], ['stood_down', ['a']],
    ]);
  });

  it('finds identifiers however they are spaced', () => {
    const target = make('a', { identifiers: [{ text: 'plate:JO1483921', kind: 'plate', value: 'JO1483921' }] });
    expect(fits(target, { ...NO_FILTER, text: '14-839 21' }, now)).toBe(true);
    expect(fits(target, { ...NO_FILTER, text: '14-839 22' }, now)).toBe(false);
  });

  it('is filtered by who sees a target', () => {
    const [all, some] = [make('a', {}), make('b', { within: 'inner' })];
    const seen = (within: string) => [all, some].filter((one) => fits(one, { ...NO_FILTER, within }, now)).map(({ id }) => id);
    expect([seen(''), seen(ALL_OF_ROOM), seen('inner'), seen('other')]).toEqual([['a', 'b'], ['a'], ['b'], []]);
  });

  it('calls a sighting stale although no new view has come', () => {
    const target = make('a', { track: [{ seen_at_ms: now - 16 * 60_000, note: '', stamp: {} as never }] });
    expect(isStale(target, now)).toBe(true);
    expect(isStale(target, now - 2 * 60_000)).toBe(false);
    expect(fits(target, { ...NO_FILTER, stale: true }, now - 2 * 60_000)).toBe(false);
  });
});
