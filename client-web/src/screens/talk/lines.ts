// The talk as it is shown: days, and where what is new begins. Room and compartments each have an order of their own, so
// that how far somebody has read is said for each.
import type { TalkLine } from '../../core/types';

export interface Shown { line: TalkLine; /** The first of its day. */ day: boolean; /** The first that was not there when this officer looked last. */ fresh: boolean }

/** The last line of each place, by the compartment's id or ''. */
export type Reached = Readonly<Record<string, number>>;

export const WINDOW = 200;

const dayOf = (ms: number): string => new Date(ms).toDateString();

/** Of all lines of a room's talk it is this one. */
export const idOf = ({ seq, within }: { seq: number; within?: string }): string => `${within ?? ''}.${seq}`;

export function reached(lines: readonly TalkLine[]): Reached {
  const found: Record<string, number> = {};
  for (const { within = '', seq } of lines) found[within] = Math.max(found[within] ?? 0, seq);
  return found;
}

export const isAfter = ({ within = '', seq }: TalkLine, before: Reached): boolean => seq > (before[within] ?? 0);

/** Lines from the one called `from` on; `seen` is how far was looked. */
export function shown(lines: readonly TalkLine[], from: string | undefined, seen: Reached | undefined): Shown[] {
  let before: TalkLine | undefined;
  let isMarked = seen === undefined;
  const start = from === undefined ? 0 : lines.findIndex((line) => idOf(line) === from);
  return lines.slice(Math.max(0, start)).map((line) => {
    const fresh = !isMarked && isAfter(line, seen ?? {}) && !line.who.me;
    if (fresh) isMarked = true;
    const day = !before || dayOf(before.time_ms) !== dayOf(line.time_ms);
    before = line;
    return { line, day, fresh };
  });
}

/** Where a window of `count` lines begins. */
export function beginning(lines: readonly TalkLine[], count: number): string | undefined {
  const first = lines.at(-count) ?? lines[0];
  return first && idOf(first);
}

/** How far was read before `unread` lines of others. */
export function lastSeen(lines: readonly TalkLine[], unread: number): Reached | undefined {
  if (unread <= 0) return undefined;
  const others = lines.filter(({ who }) => !who.me);
  const first = others.at(-unread) ?? others[0];
  return first && reached(lines.slice(0, lines.indexOf(first)));
}
