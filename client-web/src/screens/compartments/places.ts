// The places of a room, as this device sees it: all of it, and the compartments in which it sits.
import type { Can, InnerView, Role, RoomView, SeatView } from '../../core/types';

/** A room, or what the list of rooms has of one. */
export interface Places { room: string; countries: string[]; compartments: InnerView[] }

/** The countries that see what lies there. */
export function countriesAt(of: Places, within: string | undefined): string[] {
  if (within === undefined || within === of.room) return of.countries;
  return of.compartments.find(({ compartment }) => compartment === within)?.countries ?? [];
}

/** Tells compartments of the same countries apart; none if there is nothing to tell apart. */
export function ordinalOf(of: Places, within: string): number | undefined {
  const countries = countriesAt(of, within).join();
  const alike = of.compartments.filter((one) => one.countries.join() === countries);
  return alike.length > 1 ? alike.findIndex(({ compartment }) => compartment === within) + 1 : undefined;
}

/** What this device may do there. */
export function canAt(room: RoomView, within: string | undefined): Can[] {
  if (within === undefined || within === room.room) return room.can;
  return room.compartments.find(({ compartment }) => compartment === within)?.can ?? [];
}

/** Whether what lies in a place may name what lies in another: who sits in a compartment sees the room too, not the other way. */
export const linksTo = (of: Places, place: string, other: string | undefined): boolean => (other ?? of.room) === of.room || other === place;

/** The room and those of its compartments in which this may be done; alone if there is no choice. */
export function placesFor(room: RoomView, what: Can): Places {
  const compartments = room.compartments.filter(({ can }) => can.includes(what));
  return { room: room.room, countries: room.countries, compartments };
}

/** Whether a place that was chosen is still one of the choices. Another never takes its place by itself. */
export const isPlace = (of: Places, place: string): boolean => place === of.room || of.compartments.some(({ compartment }) => compartment === place);

/** Where an identifier is said: in a compartment that looks for it, else in the room. */
export function placeOfMatches(of: Places, matches: readonly { within?: string }[]): string {
  const inner = of.compartments.find(({ compartment }) => matches.some(({ within }) => within === compartment));
  return inner?.compartment ?? of.room;
}

// ---------------------------------------------------------------- who may be brought in

const speaks = (role: Role): boolean => role === 'coordinator' || role === 'liaison';

export interface Candidates {
  /** Of this device's own country. */
  own: SeatView[];
  /** Of each country for which nobody sits there yet who speaks for it: one of these, who brings in the others then. */
  first: { country: string; seats: SeatView[] }[];
}

/** Who of the room can be brought into a compartment by this device: see the policy in `trust`. */
export function candidates(room: RoomView, countries: readonly string[], inside: readonly SeatView[]): Candidates {
  const there = new Set(inside.map(({ who }) => who.device));
  const free = room.seats.filter(({ who, revoked }) => !there.has(who.device) && !revoked && !who.me);
  const mine = room.me?.country;
  const isSilent = (country: string) => !inside.some(({ who }) => who.country === country && speaks(who.role));
  return {
    own: free.filter(({ who }) => who.country === mine),
    first: countries.filter((country) => country !== mine && isSilent(country))
      .map((country) => ({ country, seats: free.filter(({ who }) => who.country === country && speaks(who.role)) })),
  };
}
