import { describe, expect, it } from 'vitest';
import type { HitView } from '../../core/types';
import { closedLast, isOverdue, openFirst, reached } from './due';

const hit = (id: string, more: object): HitView => ({
  id, raised: { time_ms: 1 }, open: true, needs_me: false, verdicts: [], delivered: [], waiting: [], responsible: 'JO', ...more,
}) as unknown as HitView;

describe('hits', () => {
  it('that need me come first, then by what is due', () => {
    const hits = [
      hit('late', { due: { stage: 'act', at_ms: 50 } }), hit('soon', { due: { stage: 'act', at_ms: 10 } }),
      hit('mine', { needs_me: true, due: { stage: 'acknowledge', at_ms: 99 } }), hit('over', { open: false }),
    ];
    expect(openFirst(hits).map(({ id }) => id)).toEqual(['mine', 'soon', 'late']);
    expect(closedLast(hits).map(({ id }) => id)).toEqual(['over']);
    expect(isOverdue(hits[1]!, 11)).toBe(true);
    expect(isOverdue(hits[1]!, 9)).toBe(false);
  });

  it('are folded by country, the one that answers first', () => {
    const who = (country: string) => ({ country }) as never;
    const folded = reached(hit('a', { delivered: [who('SA'), who('JO')], waiting: [who('SA')] }));
    expect(folded.map(({ country, have, wait }) => [country, have.length, wait.length])).toEqual([['JO', 1, 0], ['SA', 1, 1]]);
  });
});
