import { describe, expect, it } from 'vitest';
import type { TargetView } from '../../core/types';
import { emptyForm, formOf, isChange, isWhole, wishOf } from './form';

const target = {
  id: 't1', seen: 41, kind: 'vehicle', name: 'White lorry', status: 'moving', priority: 2, owner: 'JO', team: 'Falcon',
  evaluation: 'B2', handling: 'H1', notes: '', identifiers: [], links: [],
} as unknown as TargetView;

describe('a change of a target', () => {
  it('is empty if nothing was changed', () => {
    expect(isChange(wishOf(formOf(target), target))).toBe(false);
  });

  it('names only what differs, and what its author had seen', () => {
    const form = { ...formOf(target), team: '', information: '1' };
    expect(wishOf(form, target)).toEqual({ do: 'target', target: 't1', seen: 41, team: '', evaluation: 'B1' });
  });

  it('puts a new target on the board without empty fields', () => {
    const form = { ...emptyForm('SA'), name: ' Trawler ', kind: 'vessel' as const, added: ['imo:9074729'] };
    expect(wishOf(form, undefined)).toEqual({
      do: 'target', kind: 'vessel', name: 'Trawler', priority: 3, owner: 'SA', add_identifiers: ['imo:9074729'],
    });
  });

  it('wants both halves of an evaluation', () => {
    expect(isWhole({ ...formOf(target), information: '' })).toBe(false);
    expect(isWhole({ ...formOf(target), source: '', information: '' })).toBe(true);
  });
});
