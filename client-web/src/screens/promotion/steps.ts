// How far a target has come on its way from a compartment into the room.
import type { PromotionView, RoomView, TargetView } from '../../core/types';
import { countriesAt } from '../compartments/places';

/** `unagreed`: somebody has said it without the agreement. */
export type Step = 'wanted' | 'refused' | 'agreed' | 'said' | 'unagreed';

export function stepOf({ answer, said }: PromotionView): Step {
  if (said) return answer?.agreed ? 'said' : 'unagreed';
  if (answer) return answer.agreed ? 'agreed' : 'refused';
  return 'wanted';
}

/** Whether something of a target waits for an answer or to be said: then nothing more is asked for. */
export const isUnderWay = (promotions: readonly PromotionView[]): boolean => promotions.some((one) => ['wanted', 'agreed'].includes(stepOf(one)));

/** Whether somebody waits for this device's answer. */
export const waitsForMe = ({ promotions }: TargetView): boolean => promotions.some((one) => one.may_answer && stepOf(one) === 'wanted');

/** The countries that would learn of it. */
export function newReaders(room: RoomView, within: string | undefined): string[] {
  const there = countriesAt(room, within);
  return room.countries.filter((country) => !there.includes(country));
}

/** The target of a compartment as which a target of the room lay there, if this device sees it. */
export const originOf = (room: RoomView, target: TargetView): TargetView | undefined =>
  target.promoted === undefined ? undefined : room.targets.find(({ promotions }) => promotions.some(({ digest }) => digest === target.promoted));
