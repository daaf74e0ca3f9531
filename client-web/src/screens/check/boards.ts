// The boards that a check looks at, and what may be done there.
import type { CheckResult, CheckView, DeviceView, RoomSummary, RoomView } from '../../core/types';

export type Match = CheckResult['matches'][number];

export function boardsOf(device: DeviceView | null, room: string | null): RoomSummary[] {
  return (device?.rooms ?? []).filter((one) => (room === null ? one.state === 'open' : one.room === room));
}

/** Hands in a room: observers read, agents have none. */
export function hasHands(board: RoomSummary | undefined, view: RoomView | null): boolean {
  if (view && board && view.room === board.room) return view.can.includes('hit');
  return board?.state === 'open' && (board.role === 'coordinator' || board.role === 'liaison' || board.role === 'field');
}

/** A partial plate is looked for on boards; registers can't answer it. */
export function isPattern(value: string): boolean {
  return /[?*]/.test(value);
}

/** Asked of this country and still to be answered by a person here. */
export function waitsForMe(check: CheckView, view: RoomView): boolean {
  if (check.needs_me) return true;
  const own = check.answers.find(({ country }) => country === view.me?.country);
  return own?.answer === 'refer' && view.can.includes('answer_check');
}

export function inOrder(checks: readonly CheckView[], view: RoomView): CheckView[] {
  const open = (check: CheckView) => check.answers.some(({ answer }) => !answer);
  const first = (check: CheckView) => (check.needs_me ? 3 : waitsForMe(check, view) ? 2 : open(check) ? 1 : 0);
  return [...checks].sort((a, b) => first(b) - first(a) || b.asked.time_ms - a.asked.time_ms);
}
