// The board in the order of an operation: what moves or is lost before what stands, what stands
// before what is over.
import type { TargetKind, TargetStatus, TargetView } from '../../core/types';

export const STATUS_ORDER: readonly TargetStatus[] = [
  'moving', 'lost', 'under_surveillance', 'approved', 'nominated', 'in_custody', 'seized', 'stood_down',
];

export const KINDS: readonly TargetKind[] = [
  'person', 'vehicle', 'vessel', 'aircraft', 'container', 'parcel', 'place', 'phone', 'account', 'vendor',
];

/** As the room itself counts: `STALE_AFTER_MS`. */
const STALE_AFTER_MS = 15 * 60_000;

/** In a filter: what no compartment has to itself. */
export const ALL_OF_ROOM = 'room';

export interface Filter { text: string; kind: string; owner: string; priority: string; within: string; stale: boolean; hits: boolean }

export const NO_FILTER: Filter = { text: '', kind: '', owner: '', priority: '', within: '', stale: false, hits: false };

export function lastSeen(target: TargetView) {
  return target.track.at(-1);
}

/** Views are made when something changes; time passes without. */
export function isStale(target: TargetView, nowMs: number): boolean {
  const seen = lastSeen(target);
  return target.stale || (!!seen && nowMs - seen.seen_at_ms > STALE_AFTER_MS);
}

/** Letters and digits only: `14-839 21` finds `14 83921`. */
function plain(text: string): string {
  return text.normalize('NFKC').toLocaleLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

export function fits(target: TargetView, filter: Filter, nowMs: number): boolean {
  if (filter.kind && target.kind !== filter.kind) return false;
  if (filter.owner && target.owner !== filter.owner) return false;
  if (filter.priority && target.priority > Number(filter.priority)) return false;
  if (filter.within && (target.within ?? ALL_OF_ROOM) !== filter.within) return false;
  if (filter.stale && !isStale(target, nowMs)) return false;
  if (filter.hits && !target.open_hits) return false;
  const wanted = plain(filter.text);
  if (!wanted) return true;
  return [target.name, target.team, target.notes, ...target.identifiers.map(({ value }) => value)]
    .some((text) => plain(text).includes(wanted));
}

export interface Group { status: TargetStatus; targets: TargetView[] }

function before(a: TargetView, b: TargetView): number {
  return Number(b.open_hits > 0) - Number(a.open_hits > 0)
    || a.priority - b.priority
    || a.name.localeCompare(b.name)
    || a.id.localeCompare(b.id);
}

export function grouped(targets: readonly TargetView[]): Group[] {
  return STATUS_ORDER
    .map((status) => ({ status, targets: targets.filter((one) => one.status === status).sort(before) }))
    .filter((group) => group.targets.length > 0);
}
