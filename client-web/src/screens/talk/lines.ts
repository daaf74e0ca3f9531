// The talk as it is shown: days, and where what is new begins.
import type { TalkLine } from '../../core/types';

export interface Shown { line: TalkLine; /** The first of its day. */ day: boolean; /** The first that was not there when this officer looked last. */ fresh: boolean }

export const WINDOW = 200;

const dayOf = (ms: number): string => new Date(ms).toDateString();

/** Lines from `from` on; `seen` is the last one that was looked at. */
export function shown(lines: readonly TalkLine[], from: number, seen: number | undefined): Shown[] {
  let before: TalkLine | undefined;
  let isMarked = seen === undefined;
  return lines.filter(({ seq }) => seq >= from).map((line) => {
    const fresh = !isMarked && line.seq > (seen ?? 0) && !line.who.me;
    if (fresh) isMarked = true;
    const day = !before || dayOf(before.time_ms) !== dayOf(line.time_ms);
    before = line;
    return { line, day, fresh };
  });
}

/** Where a window of `count` lines begins. */
export function beginning(lines: readonly TalkLine[], count: number): number {
  return lines.at(-count)?.seq ?? lines[0]?.seq ?? 0;
}

/** The last line before `unread` of others. */
export function lastSeen(lines: readonly TalkLine[], unread: number): number | undefined {
  if (unread <= 0) return undefined;
  const others = lines.filter(({ who }) => !who.me);
  const first = others.at(-unread) ?? others[0];
  return first && first.seq - 1;
}
