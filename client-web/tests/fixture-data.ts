// An operation to look at: four countries follow captagon from a laboratory to a port, and strike at one hour.
import type {
  Accreditation, AskerView, CheckView, CustodyView, DeviceView, DirectoryEntry, DocumentView, Handling, HitView, Identifier, LivePosition, PartyOption,
  PlanView, PromotionView, Role, RoomSummary, RoomView, SeatView, SecurityLine, Seen, Stamp, TalkLine, TargetKind, TargetStatus, TargetView, Text, Who,
} from '../src/core/types';
import { playbook } from './fixture-plan';

export const NOW = Date.now();
export const MIN = 60_000;
export const HOUR = 60 * MIN;
const fingerprint = (seed: number): string => Array.from({ length: 64 }, (_, i) => ((i * 7 + seed * 13 + ((i * seed) % 5)) % 16).toString(16)).join('');

const people: [callsign: string, country: string, role: Role, officer: string][] = [
  ['Petra', 'JO', 'coordinator', 'JO-001'], ['Falcon', 'JO', 'field', 'JO-017'], ['Wadi', 'JO', 'field', 'JO-022'],
  ['Dune', 'AE', 'liaison', 'AE-004'], ['Oryx', 'AE', 'field', 'AE-031'],
  ['Cocoa', 'CI', 'liaison', 'CI-002'], ['Lagune', 'CI', 'field', 'CI-019'],
  ['Mistral', 'FR', 'liaison', 'FR-008'], ['Garrigue', 'FR', 'observer', 'FR-044'], ['Gate-ANPR', 'JO', 'agent', 'JO-A03'],
];
export const devices = people.map(([callsign, country, role], i) => ({ device: fingerprint(i + 1), callsign, country, role }));
let self = 'Dune';

export function who(callsign: string): Who {
  const found = devices.find((one) => one.callsign === callsign) ?? devices[0]!;
  return { ...found, me: callsign === self };
}
let seq = 100;
const stamp = (callsign: string, minutesAgo: number): Stamp => ({ who: who(callsign), seq: seq++, time_ms: NOW - minutesAgo * MIN });
const id = (kind: string, value: string, country?: string): Identifier => ({ text: `${kind}:${value}`, kind, value, country });

// ---------------------------------------------------------------- targets

const next: Record<TargetStatus, TargetStatus[]> = {
  nominated: ['approved', 'stood_down'], approved: ['under_surveillance', 'moving', 'stood_down'],
  under_surveillance: ['moving', 'lost', 'in_custody', 'seized', 'stood_down'], moving: ['under_surveillance', 'lost', 'in_custody', 'seized'],
  lost: ['under_surveillance', 'moving', 'stood_down'], in_custody: ['stood_down'], seized: ['stood_down'], stood_down: ['nominated'],
};

interface Sketch {
  kind: TargetKind; name: string; status: TargetStatus; priority: number; owner: string; by: string; ids: Identifier[];
  team?: string; evaluation?: string; handling?: Handling; notes?: string; track?: [lat: number, lon: number, minutesAgo: number, note: string][];
  stale?: boolean; hits?: number; links?: [to: number, relation: string][];
}

const sketches: Sketch[] = [
  { kind: 'vehicle', name: 'White lorry, MAN TGX', status: 'moving', priority: 1, owner: 'JO', by: 'Falcon', team: 'Team 2', evaluation: 'B2', handling: 'H1', hits: 2,
    ids: [id('plate', 'JO-14-83921', 'JO'), id('vin', 'WMA06XZZ5CM593847')], notes: 'Double floor in the trailer. Driver carries a radio.',
    track: [[31.8721, 36.8203, 190, 'Left the farm, lights off'], [31.9421, 36.4402, 120, 'Fuel stop, driver alone'], [31.9539, 35.9106, 64, 'Ring road, eastbound'], [31.7166, 35.8003, 22, 'Madaba junction, two cars ahead'], [31.4402, 35.7419, 3, 'Southbound, 80 km/h']],
    links: [[1, 'driven by'], [2, 'loaded at'], [3, 'carries']] },
  { kind: 'person', name: 'Driver “Abu Samir”', status: 'moving', priority: 1, owner: 'JO', by: 'Falcon', evaluation: 'B2', handling: 'H1',
    ids: [id('passport', 'N4481207', 'SY'), id('msisdn', '+962791234567', 'JO')], track: [[31.4402, 35.7419, 3, 'In the lorry']], links: [[0, 'drives']] },
  { kind: 'place', name: 'Farm laboratory, Ruwayshid road', status: 'under_surveillance', priority: 1, owner: 'JO', by: 'Petra', team: 'Team 1', evaluation: 'A1', handling: 'H0', hits: 1,
    ids: [], notes: 'Two tablet presses, solvents in the north shed. Generator runs from 22:00.', track: [[32.5012, 38.2011, 300, 'Three guards, shift at 02:00']] },
  { kind: 'container', name: 'Container of tiles', status: 'under_surveillance', priority: 2, owner: 'AE', by: 'Dune', team: 'Port', evaluation: 'B1', handling: 'H1', hits: 1,
    ids: [id('container', 'CSQU3054383')], track: [[25.0118, 55.0613, 45, 'Row 14, seal 4471 intact']], links: [[4, 'booked on']] },
  { kind: 'vessel', name: 'MV Sea Lily', status: 'moving', priority: 2, owner: 'AE', by: 'Oryx', evaluation: 'A2', handling: 'H2',
    ids: [id('imo', 'IMO9319466'), id('mmsi', '636092799')], track: [[26.2, 56.6, 240, ''], [25.4, 56.9, 90, 'Anchored'], [25.31, 55.9, 12, 'AIS on again']] },
  { kind: 'person', name: 'Buyer in Abidjan', status: 'approved', priority: 2, owner: 'CI', by: 'Cocoa', team: 'Équipe Port-Bouët', evaluation: 'C3', handling: 'H1',
    ids: [id('passport', '18AX04412', 'CI'), id('msisdn', '+2250707123456', 'CI')], track: [[5.3364, -4.0267, 700, 'Plateau, meeting of three']], stale: true },
  { kind: 'phone', name: 'Satellite telephone', status: 'under_surveillance', priority: 3, owner: 'FR', by: 'Mistral', evaluation: 'B2', handling: 'H2', ids: [id('imei', '490154203237518')] },
  { kind: 'vendor', name: 'Shop “desertmoon”', status: 'nominated', priority: 4, owner: 'FR', by: 'Mistral', evaluation: 'C4',
    ids: [id('onion', 'duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad')], notes: 'Same photographs as the tiles.' },
  { kind: 'account', name: 'Wallet of the shop', status: 'nominated', priority: 4, owner: 'FR', by: 'Mistral', ids: [id('wallet', 'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq')] },
  { kind: 'vehicle', name: 'Escort, grey Land Cruiser', status: 'lost', priority: 2, owner: 'JO', by: 'Wadi', team: 'Team 3', evaluation: 'B3', handling: 'H1',
    ids: [id('plate', 'JO-21-44107', 'JO')], track: [[31.9, 36.1, 130, 'Left the motorway']], stale: true, hits: 1 },
  { kind: 'parcel', name: 'Parcel, Roissy', status: 'seized', priority: 3, owner: 'FR', by: 'Mistral', ids: [id('awb', '057-12345675')], track: [[49.0097, 2.5479, 210, '4 kg of tablets']] },
  { kind: 'aircraft', name: 'Charter flight to Abidjan', status: 'stood_down', priority: 5, owner: 'CI', by: 'Lagune', ids: [id('tail', 'TU-TSX'), id('flight', 'HF713')] },
];

function target(sketch: Sketch, i: number): TargetView {
  const track: Seen[] = (sketch.track ?? []).map(([lat, lon, ago, note]) => ({
    seen_at_ms: NOW - ago * MIN, note, stamp: stamp(sketch.by, ago),
    place: { lat, lon, accuracy_m: 20 + i * 5, course_deg: 160, speed_kn: sketch.kind === 'vessel' ? 11 : undefined },
  }));
  const changed = stamp(sketch.by, 5 + i * 9);
  return {
    id: `t${i}`, seen: seq, created: stamp('Petra', 330 - i), kind: sketch.kind, name: sketch.name, status: sketch.status, next: next[sketch.status],
    priority: sketch.priority, owner: sketch.owner, team: sketch.team ?? '', evaluation: sketch.evaluation, handling: sketch.handling,
    notes: sketch.notes ?? '', identifiers: sketch.ids, track, stale: sketch.stale ?? false, changed, open_hits: sketch.hits ?? 0,
    promotions: [], links: (sketch.links ?? []).map(([to, relation]) => ({ to: `t${to}`, name: sketches[to]!.name, relation })),
    history: [{ field: 'status', value: sketch.status, stamp: changed }, { field: 'priority', value: String(sketch.priority), stamp: stamp('Petra', 200) }, { field: 'name', value: sketch.name, stamp: stamp('Petra', 330 - i) }],
  };
}

// ---------------------------------------------------------------- hits and checks

function hits(): HitView[] {
  const hit = (n: number, by: string, ago: number, identifier: Identifier, more: Partial<HitView>): HitView => ({
    id: `h${n}`, raised: stamp(by, ago), identifier, responsible: 'JO', seen_at_ms: NOW - ago * MIN - 20_000, note: '', count: 1, state: 'raised',
    delivered: [], waiting: [], acknowledged: [], needs_me: false, verdicts: [], reopened: [], escalations: [], open: true, ...more,
  });
  const lorry = { id: 't0', name: sketches[0]!.name };
  const plate = id('plate', 'JO-14-83921', 'JO');
  const all = devices.map((one) => who(one.callsign));
  return [
    hit(1, 'Gate-ANPR', 1, id('plate', 'JO1483921', 'JO'), { target: lorry, matched: { identifier: plate, rule: 'exact', certainty: 100 }, needs_me: self !== 'Petra', responsible: 'AE', place: { lat: 31.44, lon: 35.74, accuracy_m: 8 }, note: 'Camera 4, southbound lane', count: 3, due: { stage: 'acknowledge', at_ms: NOW + 75_000 }, delivered: all.slice(0, 4), waiting: all.slice(4), state: 'raised' }),
    hit(2, 'Falcon', 6, id('plate', 'JO1483927', 'JO'), { target: lorry, matched: { identifier: plate, rule: 'one-edit', certainty: 82 }, due: { stage: 'acknowledge', at_ms: NOW - 95_000 }, delivered: all.slice(0, 8), waiting: all.slice(8), state: 'delivered', escalations: [{ stage: 'acknowledge', level: 'liaison', stamp: stamp('Petra', 2) }] }),
    hit(3, 'Oryx', 40, id('container', 'CSQU3054383'), { target: { id: 't3', name: sketches[3]!.name }, matched: { identifier: id('container', 'CSQU3054383'), rule: 'exact', certainty: 100 }, responsible: 'AE', due: { stage: 'decide', at_ms: NOW + 6 * MIN }, delivered: all, state: 'acknowledged', acknowledged: [{ country: 'AE', note: 'On our way to row 14', stamp: stamp('Dune', 38) }] }),
    hit(4, 'Wadi', 55, id('plate', 'JO2144107', 'JO'), { target: { id: 't9', name: sketches[9]!.name }, matched: { identifier: id('plate', 'JO-21-44107', 'JO'), rule: 'exact', certainty: 100 }, due: { stage: 'act', at_ms: NOW + 65 * MIN }, delivered: all, state: 'confirmed', acknowledged: [{ country: 'JO', note: '', stamp: stamp('Petra', 54) }], verdicts: [{ confirmed: true, note: 'Driver matches the photograph', stamp: stamp('Petra', 50) }] }),
    hit(5, 'Lagune', 140, id('passport', '18AX04421', 'CI'), { target: { id: 't5', name: sketches[5]!.name }, matched: { identifier: id('passport', '18AX04412', 'CI'), rule: 'confusion', certainty: 71 }, responsible: 'CI', delivered: all, state: 'false', open: false, acknowledged: [{ country: 'CI', note: '', stamp: stamp('Cocoa', 139) }], verdicts: [{ confirmed: false, note: 'Autre personne, identité vérifiée', stamp: stamp('Cocoa', 131) }] }),
    hit(6, 'Mistral', 220, id('awb', '05712345675'), { target: { id: 't10', name: sketches[10]!.name }, matched: { identifier: id('awb', '057-12345675'), rule: 'exact', certainty: 100 }, responsible: 'FR', delivered: all, reopened: [{ note: 'Mauvais colis', stamp: stamp('Mistral', 212) }], state: 'actioned', open: false, acknowledged: [{ country: 'FR', note: '', stamp: stamp('Mistral', 219) }], verdicts: [{ confirmed: true, note: '', stamp: stamp('Mistral', 215) }], actioned: { note: 'Saisi, 4 kg, procès-verbal dressé', stamp: stamp('Mistral', 210) } }),
  ];
}

function checks(): CheckView[] {
  return [
    { id: 'c1', asked: stamp('Falcon', 2), identifier: id('passport', 'N4481207', 'SY'), note: 'Man at the fuel stop', answers: [{ country: 'AE' }, { country: 'FR', answer: 'no_hit', note: '', stamp: stamp('Mistral', 1) }], needs_me: self === 'Dune' },
    { id: 'c2', asked: stamp('Dune', 80), identifier: id('msisdn', '+2250707123456', 'CI'), note: '', answers: [{ country: 'CI', answer: 'hit', note: 'Connu, procédure en cours', stamp: stamp('Cocoa', 71) }, { country: 'JO', answer: 'refer', note: 'Call the bureau', stamp: stamp('Petra', 76) }], needs_me: false },
  ];
}

// ---------------------------------------------------------------- talk and documents

const said: [callsign: string, text: string, urgent?: boolean][] = [
  ['Petra', 'Room is open. Compare the safety number by voice, then report your teams.'], ['Dune', 'AE ready, two seats.'], ['Cocoa', 'CI prêt, deux agents.'], ['Mistral', 'FR en écoute.'],
  ['Falcon', 'In position at the farm road, 400 m.'], ['Wadi', 'Team 3 behind the escort.'], ['Falcon', 'Loading. Six men, cartons from the north shed.'], ['Petra', 'Count the cartons if you can. Nobody moves.'],
  ['Falcon', 'About sixty cartons. Lorry closed.'], ['Falcon', 'شاحنة بيضاء، اللوحة 14-83921، تتحرك الآن', true], ['Petra', 'Understood. Team 2 follows, Team 1 stays on the farm.'], ['Oryx', 'Container is in row 14, seal 4471 intact.'],
  ['Dune', 'Port police told: hands off until the word.'], ['Lagune', 'Acheteur sorti de l’hôtel, deux accompagnants.'], ['Cocoa', 'On le laisse courir.'], ['Wadi', 'Escort left the motorway. I have lost them.', true],
  ['Petra', 'Do not search alone. Back to the junction.'], ['Mistral', 'Colis de Roissy saisi : même logo sur les comprimés.'], ['Petra', 'Strike order is for all sites at one hour. No one before.'], ['Dune', 'AE warrants are signed.'],
];
const photo: DocumentView = { id: 'd1', name: 'north-shed.jpg', media_type: 'image/png', size: 184_220, target: 't2', stamp: stamp('Falcon', 150) };
const order: DocumentView = { id: 'd2', name: 'warrant-AE-2211.pdf', media_type: 'application/pdf', size: 1_403_112, stamp: stamp('Dune', 30) };

function talk(): TalkLine[] {
  return Array.from({ length: 40 }, (_, i) => {
    const [callsign, text, urgent] = said[i % said.length]!;
    const line: TalkLine = { seq: 200 + i, time_ms: NOW - (40 - i) * 7 * MIN, who: who(callsign), text: i < said.length ? text : text.replace('Room is open.', 'Second watch.'), urgent: urgent ?? false };
    if (i === 12) line.document = photo;
    if (i === 30) line.document = order;
    if (i === 16 || i === 34) line.reply_to = { seq: 200 + i - 1, who: who(said[(i - 1) % said.length]![0]), text: said[(i - 1) % said.length]![1] };
    return line;
  });
}

// ---------------------------------------------------------------- people

function seats(): SeatView[] {
  return people.map(([callsign, country, , officer], i) => ({
    who: who(callsign), officer, admitted: i === 0 ? undefined : stamp(i < 3 || i === 9 ? 'Petra' : 'Dune', 320 - i), revoked: callsign === 'Oryx', leaving: callsign === 'Garrigue',
    authority_fingerprint: fingerprint(40 + ['JO', 'AE', 'CI', 'FR'].indexOf(country)), valid_to_ms: NOW + (i === 8 ? 3 : 190) * 24 * HOUR,
  }));
}

const positions = (): LivePosition[] => [
  { who: who('Falcon'), place: { lat: 31.4602, lon: 35.7489, accuracy_m: 12, course_deg: 190, speed_kn: 43 }, at_ms: NOW - 20_000 },
  { who: who('Wadi'), place: { lat: 31.91, lon: 36.08, accuracy_m: 60 }, at_ms: NOW - 9 * MIN },
  { who: who('Oryx'), place: { lat: 25.012, lon: 55.06, accuracy_m: 9 }, at_ms: NOW - 40_000 },
  { who: who('Lagune'), place: { lat: 5.331, lon: -4.02, accuracy_m: 25 }, at_ms: NOW - 3 * MIN },
];

const security = (): SecurityLine[] => [
  { seq: 166, time_ms: NOW - 95 * MIN, event: 'commit_refused', who: 'Garrigue (FR)', args: { code: 'role-too-high', rule: 'role too high' } },
  { seq: 231, time_ms: NOW - 12 * MIN, event: 'transcript_fork', who: 'Lagune (CI)', args: { agreed_seq: 219, seen_seq: 228 } },
];

const custody = (): CustodyView[] => [
  { target: 't10', name: sketches[10]!.name, holder: 'FR', taken: stamp('Mistral', 205), offered: { country: 'CI', stamp: stamp('Mistral', 15) }, reported: stamp('Mistral', 15), due_ms: NOW + 45 * MIN, alarms: [], alarm_count: 0, legs: [{ given: stamp('Garrigue', 208), taken: stamp('Mistral', 205), place: { lat: 49.0097, lon: 2.5479 }, note: 'Scellé 4471 intact' }] },
  { target: 't3', name: sketches[3]!.name, holder: 'AE', taken: stamp('Oryx', 300), reported: stamp('Oryx', 100), due_ms: NOW - 4 * MIN, alarms: [stamp('Petra', 4)], alarm_count: 3, legs: [] },
];

const hands = () => people.filter(([, , role]) => role !== 'observer' && role !== 'agent').map(([callsign]) => who(callsign));
/** `some` or `all` have the word that it is called off. */
const plan = (aborted: string): PlanView => ({
  ...playbook(stamp, self, NOW),
  ...(aborted ? { decision: 'not_asked', h_hour: undefined, poll: undefined, needs_my_vote: false, aborted: { note: 'Officer down at the farm', stamp: stamp('Falcon', 1) }, aborted_delivered: aborted === 'all' ? hands() : hands().slice(0, 3), aborted_waiting: aborted === 'all' ? [] : hands().slice(3) } : {}),
});

// ---------------------------------------------------------------- views

export const ROOM = '5affa0c4e1d2b3965affa0c4e1d2b396';
const COUNTRIES = ['JO', 'AE', 'CI', 'FR'];

export const INNER = '1a'.repeat(16);

/** `mine`: this device sits in one of two; `others`: in none. */
function compartments(inner: string | undefined, can: RoomView['can']): Pick<RoomView, 'compartments' | 'announced' | 'unseen'> {
  if (inner !== 'mine') return { compartments: [], announced: inner ? 2 : 0, unseen: inner ? 2 : 0 };
  const within = can.filter((one) => !['task', 'abort', 'vote', 'call_vote', 'phase', 'h_hour', 'admit_any', 'amend', 'compartment'].includes(one));
  const there = seats().filter(({ who: { callsign } }) => ['Petra', 'Falcon', 'Dune'].includes(callsign));
  return { compartments: [{ compartment: INNER, countries: ['AE', 'JO'], state: 'open', can: within, seats: there, board_ready: true }], announced: 2, unseen: 1 };
}

const promotion = ({ kind, name, priority, owner, identifiers }: TargetView, digest: string, more: Partial<PromotionView>): PromotionView => ({
  digest, say: { kind, name, priority, owner, identifiers, others: [] }, wanted: stamp('Petra', 40), may_answer: false, ...more,
});
/** A target in the compartment. */
const inner = (target: TargetView, promotions: PromotionView[]): TargetView => ({
  ...target, within: INNER, promotions, preview: { digest: 'c1', say: promotion(target, '', {}).say },
});

export interface Wanted { me: string; offline: boolean; empty: boolean; state: RoomView['state']; exercise: boolean; many: boolean; quiet: boolean; aborted: string; inner?: string }

export function room(wanted: Wanted): RoomView {
  self = wanted.me;
  seq = 100;
  const role = who(self).role;
  const can: RoomView['can'] = role === 'observer' ? ['leave'] : ['say', 'target', 'sighting', 'hit', 'acknowledge', 'check', 'task', 'document', 'custody', 'leave', 'abort'];
  if (role === 'liaison' || role === 'coordinator') can.push('answer_check', 'reopen', 'vote', 'admit', 'remove', 'compartment');
  if (role === 'coordinator') can.push('call_vote', 'phase', 'h_hour', 'admit_any', 'amend');
  const base = {
    room: ROOM, title: 'Saffron', exercise: wanted.exercise, state: wanted.state, opens_at_ms: NOW - 6 * HOUR, closes_at_ms: wanted.state === 'closed' ? NOW - HOUR : NOW + 2 * HOUR + 14 * MIN,
    latest_close_ms: NOW + 20 * HOUR, live: !wanted.offline, board_ready: true, me: who(self), can, countries: COUNTRIES,
    ...compartments(wanted.inner, can),
    safety_number: '0482 1390 1773 3542 1098', gaps: wanted.quiet ? [] : [{ from: 141, to: 143 }],
  };
  if (wanted.empty) {
    return { ...base, targets: [], hits: [], checks: [], talk: [], documents: [], plan: { phases: [], digest: '00'.repeat(32), decision: 'not_asked', past_polls: [], needs_my_vote: false, aborted_delivered: [], aborted_waiting: [], past_aborts: [], duties: [], abort_when: [], handling_rules: [] }, custody: [], seats: seats().slice(0, 1), asking: [], positions: [], security: [], amendments: [], queued: [], gaps: [] };
  }
  const targets = sketches.map(target);
  const said = talk();
  if (wanted.inner === 'mine') {
    targets[3] = inner(targets[3]!, [promotion(targets[3]!, 'a1', { may_answer: self === 'Dune' })]);
    targets[4] = inner({ ...targets[4]!, links: [{ to: 't0', name: targets[0]!.name, relation: 'waits for' }] }, [
      promotion(targets[4]!, 'b1', { answer: { agreed: true, stamp: stamp('Dune', 30) }, said: { target: 't10', stamp: stamp('Petra', 25) } }),
      promotion(targets[4]!, 'b2', { answer: { agreed: false, stamp: stamp('Dune', 20) }, may_answer: self === 'Dune' }),
      promotion(targets[4]!, 'b3', { answer: { agreed: true, stamp: stamp('Dune', 5) } }),
    ]);
    targets[10] = { ...targets[10]!, promoted: 'b1' };
    for (const [i, line] of said.entries()) if (i % 9 === 8) said[i] = { ...line, within: INNER };
  }
  if (wanted.many) for (let i = 12; i < 1000; i++) targets.push({ ...target(sketches[i % 12]!, i), name: `${sketches[i % 12]!.name} ${i}`, open_hits: 0 });
  return {
    ...base, targets, hits: hits(), checks: checks(), talk: said, documents: [photo, order], plan: plan(wanted.aborted), custody: custody(), seats: seats(), asking: wanted.quiet ? [] : asking(), positions: positions(),
    security: wanted.quiet ? [] : security(),
    amendments: role === 'coordinator' || role === 'liaison' ? [{ id: 'a1', closes_at_ms: NOW + 6 * HOUR, by: who('Petra'), signatures: 1, quorum: 2, signed_by_me: self === 'Petra' }] : [],
    queued: wanted.offline ? [{ id: 1, kind: 'say', text: 'Two more cars behind the lorry.', urgent: true }, { id: 2, kind: 'sighting', text: 'White lorry, MAN TGX' }, { id: 3, kind: 'hit', text: 'plate:JO-14-83921' }] : [],
  };
}

export function summaries(wanted: Wanted): RoomSummary[] {
  if (wanted.empty) return [];
  const one = (n: number, title: string, more: Partial<RoomSummary>): RoomSummary => ({
    room: n ? fingerprint(70 + n).slice(0, 32) : ROOM, title, exercise: false, state: 'open', opens_at_ms: NOW - 6 * HOUR, closes_at_ms: NOW + 2 * HOUR + 14 * MIN,
    role: who(wanted.me).role, countries: COUNTRIES, seats: 10, open_hits: 0, hits_for_me: 0, queued: 0, unread: 0, live: !wanted.offline, compartments: [], ...more,
  });
  return [
    one(0, 'Saffron', { exercise: wanted.exercise, state: wanted.state, open_hits: 4, hits_for_me: wanted.me === 'Petra' ? 0 : 1, unread: 7, queued: wanted.offline ? 3 : 0 }),
    one(1, 'Blue Harbour', { exercise: true, closes_at_ms: NOW + 8 * MIN, countries: ['AE', 'FR'], seats: 4 }),
    one(2, 'Amber Corridor', { state: 'upcoming', opens_at_ms: NOW + 5 * HOUR + 20 * MIN, closes_at_ms: NOW + 13 * HOUR, countries: ['JO', 'AE', 'SA', 'EG'], seats: 2 }),
    one(3, 'North Quay', { state: 'closed', opens_at_ms: NOW - 40 * HOUR, closes_at_ms: NOW - 30 * HOUR, countries: ['AE', 'CI'], live: false }),
    one(4, 'Winter Lantern', { state: 'removed', exercise: true, opens_at_ms: NOW - 90 * HOUR, closes_at_ms: NOW - 80 * HOUR, countries: ['FR', 'AE'], live: false }),
  ];
}

export function accreditation(callsign: string): Accreditation {
  const i = people.findIndex(([name]) => name === callsign);
  const [, country, role, officer] = people[i] ?? people[0]!;
  return { device: fingerprint(i + 1), callsign, officer, country, role, authority: { JO: 'Bureau Amman', AE: 'Bureau Abu Dhabi', CI: 'Bureau Abidjan', FR: 'Bureau Paris' }[country] ?? country, authority_fingerprint: fingerprint(40 + COUNTRIES.indexOf(country)), valid_from_ms: NOW - 30 * 24 * HOUR, valid_to_ms: NOW + 190 * 24 * HOUR };
}

export function device(state: DeviceView['state'], wanted: Wanted): DeviceView {
  const open = state === 'open';
  return {
    state, hub: 'https://hub.example', accreditation: open ? accreditation(wanted.me) : undefined, connection: wanted.offline ? 'offline' : 'connected',
    clock: { offset_ms: 0, uncertainty_ms: wanted.offline ? 4_200 : 40, certain: !wanted.offline }, rooms: open ? summaries(wanted) : [], asked: open && !wanted.quiet ? [{ room: fingerprint(90).slice(0, 32), since_ms: NOW - 4 * MIN }] : [], autolock_min: 5, duress_set: false, push: 'off',
  };
}

export const parties: PartyOption[] = COUNTRIES.map((country, i) => ({ country, name: ['Bureau Amman', 'Bureau Abu Dhabi', 'Bureau Abidjan', 'Bureau Paris'][i]!, fingerprint: fingerprint(40 + i) }));
const others: typeof people = [['Sand', 'AE', 'field', 'AE-040'], ['Harbour', 'AE', 'liaison', 'AE-005'], ['Ébène', 'CI', 'field', 'CI-021'], ['Rum', 'JO', 'field', 'JO-031']];
const asking = (): AskerView[] => others.slice(1, 3).map(([callsign, country, role, officer], i) => ({
  who: { device: fingerprint(i + 12), callsign, country, role, me: false }, officer, authority: country === 'AE' ? 'Bureau Abu Dhabi' : 'Bureau Abidjan',
  authority_fingerprint: fingerprint(40 + COUNTRIES.indexOf(country)), heard_ms: NOW - (3 - i) * MIN,
}));
export const directory: DirectoryEntry[] = [...people, ...others].map(([callsign, country, role, officer], i) => ({ device: fingerprint(i + 1), callsign, officer, country, role, authority_fingerprint: fingerprint(40 + COUNTRIES.indexOf(country)) }));
export const text = (en: string, fr: string, es: string, ar: string): Text => ({ en, fr, es, ar });
