// What of a room can be put on a map.
import type { HitView, LivePosition, Place, RoomView, Seen, TargetView } from '../../core/types';
import { isStale } from '../board/order';

interface Base { id: string; place: Place; at_ms: number; stale: boolean }
export interface TargetItem extends Base { what: 'target'; target: TargetView; seen: Seen }
export interface HitItem extends Base { what: 'hit'; hit: HitView }
export interface PersonItem extends Base { what: 'person'; live: LivePosition }
export type Item = TargetItem | HitItem | PersonItem;

/** A position that is not renewed for so long says little. */
const POSITION_STALE_MS = 5 * 60_000;

/** The newest sighting that says where. */
export function lastPlace(target: TargetView): (Seen & { place: Place }) | undefined {
  return target.track.findLast((seen): seen is Seen & { place: Place } => !!seen.place);
}

/** Hits that are over are on the board's list, not on the map. */
export function items(room: RoomView, nowMs: number): Item[] {
  const found: Item[] = [];
  for (const target of room.targets) {
    const seen = lastPlace(target);
    if (seen) found.push({ what: 'target', id: `t:${target.id}`, place: seen.place, at_ms: seen.seen_at_ms, stale: isStale(target, nowMs), target, seen });
  }
  for (const live of room.positions) {
    found.push({ what: 'person', id: `p:${live.who.device}`, place: live.place, at_ms: live.at_ms, stale: nowMs - live.at_ms > POSITION_STALE_MS, live });
  }
  for (const hit of room.hits) {
    if (hit.open && hit.place) found.push({ what: 'hit', id: `h:${hit.id}`, place: hit.place, at_ms: hit.seen_at_ms, stale: false, hit });
  }
  return found;
}

const TRACK_POINTS = 24;

/** The last points of a track, oldest first. */
export function trackOf(target: TargetView): [number, number][] {
  return target.track.flatMap(({ place }): [number, number][] => (place ? [[place.lat, place.lon]] : [])).slice(-TRACK_POINTS);
}

/** What must be seen first: it lies on top, and speaks for a cluster. */
export function weight(item: Item): number {
  if (item.what === 'hit') return 100 + (item.hit.needs_me ? 10 : 0);
  if (item.what === 'person') return 50;
  return 40 - item.target.priority * 5 + (item.target.open_hits ? 20 : 0) - (item.stale ? 4 : 0);
}
