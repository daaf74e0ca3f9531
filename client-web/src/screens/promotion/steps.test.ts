import { expect, test } from 'vitest';
import type { PromotionView, RoomView, TargetView } from '../../core/types';
import { isUnderWay, newReaders, originOf, stepOf, waitsForMe } from './steps';

const stamp = {} as PromotionView['wanted'];
const one = (more: Partial<PromotionView> = {}): PromotionView => ({ digest: 'd', say: { identifiers: [], others: [] }, wanted: stamp, may_answer: false, ...more });
const answer = (agreed: boolean) => ({ agreed, stamp });
const said = { target: 'r', stamp };

test('how far it has come', () => {
  expect(stepOf(one())).toBe('wanted');
  expect(stepOf(one({ answer: answer(false) }))).toBe('refused');
  expect(stepOf(one({ answer: answer(true) }))).toBe('agreed');
  expect(stepOf(one({ answer: answer(true), said }))).toBe('said');
});

test('what was said without agreement is never shown as agreed', () => {
  expect(stepOf(one({ said }))).toBe('unagreed');
  expect(stepOf(one({ answer: answer(false), said }))).toBe('unagreed');
});

test('nothing more is asked for while something waits', () => {
  expect(isUnderWay([])).toBe(false);
  expect(isUnderWay([one({ answer: answer(false) }), one({ answer: answer(true), said })])).toBe(false);
  expect(isUnderWay([one()])).toBe(true);
  expect(isUnderWay([one({ answer: answer(true) })])).toBe(true);
});

test('an answer is waited for by who may give it, until there is one', () => {
  const target = (...promotions: PromotionView[]) => ({ promotions }) as TargetView;
  expect(waitsForMe(target(one({ may_answer: true })))).toBe(true);
  expect(waitsForMe(target(one()))).toBe(false);
  expect(waitsForMe(target(one({ may_answer: true, answer: answer(false) })))).toBe(false);
});

test('who learns of it, and where it came from', () => {
  const inner = { id: 'i', within: 'c', promotions: [one()] } as unknown as TargetView;
  const known = { id: 'r', promoted: 'd', promotions: [] } as unknown as TargetView;
  const room = { room: 'room', countries: ['JO', 'AE', 'CI'], compartments: [{ compartment: 'c', countries: ['AE', 'JO'] }], targets: [known, inner] } as unknown as RoomView;
  expect(newReaders(room, 'c')).toEqual(['CI']);
  expect(originOf(room, known)).toBe(inner);
  expect(originOf({ ...room, targets: [known] }, known)).toBeUndefined();
  expect(originOf(room, inner)).toBeUndefined();
});
