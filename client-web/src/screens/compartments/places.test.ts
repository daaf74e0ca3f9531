import { expect, test } from 'vitest';
import type { Role, RoomView, SeatView } from '../../core/types';
import { canAt, candidates, countriesAt, isPlace, linksTo, ordinalOf, placeOfMatches, placesFor } from './places';

const seat = (callsign: string, country: string, role: Role, me = false) =>
  ({ who: { device: callsign, callsign, country, role, me }, revoked: false }) as SeatView;
const seats = [seat('Petra', 'JO', 'coordinator', true), seat('Falcon', 'JO', 'field'), seat('Dune', 'AE', 'liaison'), seat('Oryx', 'AE', 'field'), seat('Cocoa', 'CI', 'liaison')];
const compartments = [
  { compartment: 'a', countries: ['AE', 'JO'], can: ['say', 'target'] },
  { compartment: 'b', countries: ['CI', 'JO'], can: [] },
  { compartment: 'c', countries: ['AE', 'JO'], can: ['say'] },
];
const room = { room: 'r', countries: ['JO', 'AE', 'CI'], can: ['say', 'vote'], seats, me: seats[0]?.who, compartments } as unknown as RoomView;

test('who sees what lies somewhere', () => {
  expect(countriesAt(room, undefined)).toEqual(['JO', 'AE', 'CI']);
  expect(countriesAt(room, 'b')).toEqual(['CI', 'JO']);
  // Nobody, rather than all, where nothing is known.
  expect(countriesAt(room, 'gone')).toEqual([]);
  expect([ordinalOf(room, 'a'), ordinalOf(room, 'b'), ordinalOf(room, 'c')]).toEqual([1, undefined, 2]);
});

test('what may be done in a room may not be done in its compartments', () => {
  expect(canAt(room, undefined)).toEqual(['say', 'vote']);
  expect(canAt(room, 'b')).toEqual([]);
  expect(canAt(room, 'gone')).toEqual([]);
  expect(placesFor(room, 'target').compartments.map(({ compartment }) => compartment)).toEqual(['a']);
});

test('what lies in a compartment may name the room’s, and not the other way', () => {
  expect(linksTo(room, 'a', 'a')).toBe(true);
  expect(linksTo(room, 'a', undefined)).toBe(true);
  expect(linksTo(room, 'r', undefined)).toBe(true);
  expect(linksTo(room, 'r', 'a')).toBe(false);
  expect(linksTo(room, 'a', 'b')).toBe(false);
});

test('no other place takes the place of one that is gone', () => {
  expect(isPlace(room, 'r')).toBe(true);
  expect(isPlace(placesFor(room, 'target'), 'c')).toBe(false);
});

test('what a compartment looks for is said there', () => {
  expect(placeOfMatches(room, [])).toBe('r');
  expect(placeOfMatches(room, [{}])).toBe('r');
  expect(placeOfMatches(room, [{}, { within: 'b' }])).toBe('b');
});

test('each country brings in its own people, and of the others the first who speaks for them', () => {
  const names = (list: SeatView[]) => list.map(({ who }) => who.callsign);
  const empty = candidates(room, ['AE', 'JO'], [seats[0]!]);
  expect(names(empty.own)).toEqual(['Falcon']);
  expect(empty.first.map(({ country, seats: of }) => [country, names(of)])).toEqual([['AE', ['Dune']]]);
  const spokenFor = candidates(room, ['AE', 'JO'], [seats[0]!, seats[2]!]);
  expect(spokenFor.first).toEqual([]);
  expect(names(candidates(room, ['JO', 'CI'], [seats[0]!, seats[1]!]).own)).toEqual([]);
});
