// The roster as it is read: this device's own country first, in each the ones who decide before the others.
import type { DirectoryEntry, Role, RoomView, SeatView } from '../../core/types';

const RANK: Role[] = ['coordinator', 'liaison', 'field', 'observer', 'agent'];
export const byRank = (a: { role: Role; callsign: string }, b: { role: Role; callsign: string }): number =>
  RANK.indexOf(a.role) - RANK.indexOf(b.role) || a.callsign.localeCompare(b.callsign);

/** Countries in the charter's order, also those without a seat yet. */
export function byCountry(seats: SeatView[], countries: string[], mine: string | undefined): { country: string; seats: SeatView[] }[] {
  const codes = [...new Set([...countries, ...seats.map(({ who }) => who.country)])];
  codes.sort((a, b) => Number(b === mine) - Number(a === mine));
  return codes.map((country) => ({
    country,
    seats: seats.filter(({ who }) => who.country === country).toSorted((a, b) => byRank(a.who, b.who)),
  }));
}

/** A coordinator may let anybody in, a liaison officer their own. */
export function mayAdmit({ country }: { country: string }, room: RoomView): boolean {
  return room.can.includes('admit_any') || (room.can.includes('admit') && country === room.me?.country);
}

/** Whom this device may let in: of countries that take part, and not seated; a liaison officer their own. */
export function candidates(directory: DirectoryEntry[], room: RoomView): DirectoryEntry[] {
  const seated = new Set(room.seats.map(({ who }) => who.device));
  const may = room.countries.filter((country) => mayAdmit({ country }, room));
  return directory
    .filter((one) => may.includes(one.country) && !seated.has(one.device))
    .toSorted((a, b) => may.indexOf(a.country) - may.indexOf(b.country) || byRank(a, b));
}

/** What is said of a seat of which this device did not see the admission. One alone is the opener's own; a newcomer has
 * not seen those of anybody who was there before. */
export function unseen(seats: SeatView[]): 'web-people-opened' | 'web-people-before' {
  return seats.filter(({ admitted }) => !admitted).length === 1 ? 'web-people-opened' : 'web-people-before';
}

export function mayRemove({ who }: SeatView, room: RoomView): boolean {
  return room.can.includes('remove') && !who.me && (room.me?.role === 'coordinator' || who.country === room.me?.country);
}
