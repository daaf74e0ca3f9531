import { expect, test } from 'vitest';
import type { DirectoryEntry, Role, RoomView, SeatView } from '../../core/types';
import { byCountry, candidates, mayRemove, unseen } from './groups';

const seat = (callsign: string, country: string, role: Role, me = false) =>
  ({ who: { device: callsign, callsign, country, role, me } }) as SeatView;
const entry = (device: string, country: string, role: Role): DirectoryEntry => ({ device, callsign: device, officer: '', country, role, authority_fingerprint: '' });

const seats = [seat('Petra', 'JO', 'coordinator'), seat('Oryx', 'AE', 'field'), seat('Dune', 'AE', 'liaison', true)];
const room = { seats, countries: ['JO', 'AE', 'CI'], can: ['admit', 'remove'], me: seats[2]?.who } as RoomView;
const directory = [entry('Sand', 'AE', 'field'), entry('Dune', 'AE', 'liaison'), entry('Wadi', 'JO', 'field'), entry('Nile', 'EG', 'field'), entry('Chief', 'AE', 'liaison')];

test('the own country comes first, and who decides comes first in it', () => {
  const groups = byCountry(seats, room.countries, 'AE');
  expect(groups.map(({ country }) => country)).toEqual(['AE', 'JO', 'CI']);
  expect(groups[0]?.seats.map(({ who }) => who.callsign)).toEqual(['Dune', 'Oryx']);
});

test('a liaison officer admits their own country only, a coordinator all that take part', () => {
  expect(candidates(directory, room).map(({ device }) => device)).toEqual(['Chief', 'Sand']);
  const all = candidates(directory, { ...room, can: ['admit', 'admit_any'] });
  expect(all.map(({ device }) => device)).toEqual(['Wadi', 'Chief', 'Sand']);
});

test('a liaison officer removes their own country, nobody removes themselves', () => {
  expect(seats.map((one) => mayRemove(one, room))).toEqual([false, true, false]);
  expect(mayRemove(seats[0]!, { ...room, can: [] })).toBe(false);
});

test('one seat without an admission is the opener; several are those who were there before a newcomer', () => {
  const admitted = { who: seats[0]!.who, seq: 2, time_ms: 1 };
  expect(unseen([seats[0]!, { ...seats[1]!, admitted }])).toBe('web-people-opened');
  expect(unseen([seats[0]!, seats[1]!, { ...seats[2]!, admitted }])).toBe('web-people-before');
});
