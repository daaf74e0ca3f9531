// What the page and the worker say to each other. The worker holds keys, state and connection
// (`core/`, Rust as wasm); the page gets views, made anew after each change, and sends wishes.
// `core/src/view/` makes these shapes. Times are Unix milliseconds, degrees are WGS 84.

export type Lang = 'en' | 'fr' | 'es' | 'ar';
export type Role = 'coordinator' | 'liaison' | 'field' | 'observer' | 'agent';
export type TargetKind =
  | 'person' | 'vehicle' | 'vessel' | 'aircraft' | 'container' | 'parcel' | 'place' | 'phone' | 'account' | 'vendor';
export type TargetStatus =
  | 'nominated' | 'approved' | 'under_surveillance' | 'moving' | 'in_custody' | 'seized' | 'lost' | 'stood_down';
export type Handling = 'H0' | 'H1' | 'H2' | 'H3';
export type HitState = 'raised' | 'delivered' | 'acknowledged' | 'confirmed' | 'false' | 'actioned';
export type HitStage = 'acknowledge' | 'decide' | 'act';
export type Answer = 'hit' | 'no_hit' | 'refer';
export type Choice = 'go' | 'no_go' | 'hold';
export type Decision = 'not_asked' | 'open' | 'go' | 'no_go' | 'held' | 'void';
export type TaskState = 'assigned' | 'accepted' | 'blocked' | 'done';

/** A text of a playbook in the languages that it was written in. */
export interface Text { en: string; fr?: string; es?: string; ar?: string }

/** Who said something, as the room's certificates name them. */
export interface Who {
  device: string;
  callsign: string;
  /** Two letters, ISO 3166-1. */
  country: string;
  role: Role;
  /** This device. */
  me: boolean;
}

export interface Stamp { who: Who; seq: number; time_ms: number }
export interface Noted { stamp: Stamp; note: string }
export interface Place { lat: number; lon: number; accuracy_m?: number; course_deg?: number; speed_kn?: number }
/** `plate:JO-14-83921`; `kind` and `value` are its halves in normal form. */
export interface Identifier { text: string; kind: string; value: string; country?: string }

// ---------------------------------------------------------------- the device

/** `new`: nothing on it. `enrolling`: waits for the authority's desk. `locked`: needs its passphrase. */
export type DeviceState = 'new' | 'enrolling' | 'locked' | 'open';

export interface DeviceView {
  state: DeviceState;
  hub: string;
  /** Once open. */
  accreditation?: Accreditation;
  connection: 'connected' | 'connecting' | 'offline';
  /** Why the hub refuses this device, a code such as `revoked`. */
  refused?: string;
  clock: ClockView;
  rooms: RoomSummary[];
  /** Rooms that it asks to be let into. */
  asked: { room: string; since_ms: number }[];
  /** Minutes without a touch until the screen locks and drops the keys. */
  autolock_min: number;
  duress_set: boolean;
  push: 'unsupported' | 'off' | 'on';
}

export interface ClockView {
  /** The hub's clock minus this device's. */
  offset_ms: number;
  /** How wrong that can be; none if never measured. */
  uncertainty_ms?: number;
  /** Known well enough to strike by. */
  certain: boolean;
}

export interface Accreditation {
  device: string;
  callsign: string;
  officer: string;
  country: string;
  role: Role;
  authority: string;
  /** SHA-256 of the authority's root, hex. */
  authority_fingerprint: string;
  valid_from_ms: number;
  valid_to_ms: number;
}

export interface RoomSummary {
  room: string;
  title: string;
  exercise: boolean;
  state: 'upcoming' | 'open' | 'closed' | 'removed' | 'halted';
  opens_at_ms: number;
  closes_at_ms: number;
  role?: Role;
  countries: string[];
  seats: number;
  open_hits: number;
  /** Hits that wait for this device's country to acknowledge. */
  hits_for_me: number;
  /** What this device has said and the hub does not have yet. */
  queued: number;
  unread: number;
  live: boolean;
  /** Those of its compartments in which this device sits and something can be said. What waits there is counted above. */
  compartments: InnerView[];
}

/** A compartment by name: the countries that see it. */
export interface InnerView { compartment: string; countries: string[] }

// ---------------------------------------------------------------- one room

export interface RoomView {
  room: string;
  title: string;
  exercise: boolean;
  state: RoomSummary['state'];
  opens_at_ms: number;
  closes_at_ms: number;
  latest_close_ms: number;
  live: boolean;
  /** The board is complete; false while a newcomer waits for its snapshot. */
  board_ready: boolean;
  me?: Who;
  /** What this device may do, by name: see `Can`. */
  can: Can[];
  countries: string[];
  targets: TargetView[];
  hits: HitView[];
  checks: CheckView[];
  talk: TalkLine[];
  documents: DocumentView[];
  plan: PlanView;
  custody: CustodyView[];
  seats: SeatView[];
  /** Who asks to be let in; the core has checked their accreditation against the charter. */
  asking: AskerView[];
  positions: LivePosition[];
  security: SecurityLine[];
  amendments: AmendmentView[];
  /** Eight groups or so to compare by voice; none once ended. */
  safety_number?: string;
  /** Waiting to be sent, in order. */
  queued: QueuedLine[];
  gaps: { from: number; to: number; within?: string }[];
  /** Those in which this device sits. What lies in one of them stands among what is the room's, with its mark. */
  compartments: CompartmentView[];
  /** Compartments that the room knows of, and those of them in which this device does not sit: a count, and no more. */
  announced: number;
  unseen: number;
}

export interface CompartmentView {
  compartment: string;
  /** Those that see it; never others. */
  countries: string[];
  state: RoomSummary['state'];
  can: Can[];
  seats: SeatView[];
  board_ready: boolean;
}

/** Rights by role; the core checks them again. */
export type Can =
  | 'say' | 'target' | 'sighting' | 'hit' | 'acknowledge' | 'check' | 'answer_check' | 'reopen' | 'vote' | 'call_vote'
  | 'phase' | 'task' | 'h_hour' | 'abort' | 'document' | 'custody' | 'admit' | 'admit_any' | 'remove' | 'amend' | 'leave'
  | 'compartment';

export interface Field<T> { value: T; stamp: Stamp; past: { value: T; stamp: Stamp }[] }

export interface TargetView {
  id: string;
  /** The compartment in which it lies; none if all of the room see it. */
  within?: string;
  /** A sequence number; give it back in changes so that nobody is overwritten unseen. */
  seen: number;
  created: Stamp;
  kind: TargetKind;
  name: string;
  status: TargetStatus;
  /** Statuses that may follow. */
  next: TargetStatus[];
  /** 1 highest to 5. */
  priority: number;
  owner: string;
  team: string;
  /** As `B2`. */
  evaluation?: string;
  handling?: Handling;
  notes: string;
  identifiers: Identifier[];
  links: { to: string; name: string; relation: string }[];
  /** Oldest first. */
  track: Seen[];
  /** Seen so long ago that it counts for little. */
  stale: boolean;
  changed: Stamp;
  /** The last changes of any field, newest first. */
  history: { field: string; value: string; stamp: Stamp }[];
  open_hits: number;
  /** Of a target of the room that lay in a compartment before: the digest of what was agreed on there. */
  promoted?: string;
  /** Of a compartment's target: what members want the room to know of it, oldest first. */
  promotions: PromotionView[];
  /** Of a compartment's target: what the room would be told if somebody asked for it now. */
  preview?: PreviewView;
}
/** Exactly what is said in the room; what is left out is not said. */
export interface SayView {
  kind?: TargetKind;
  name?: string;
  status?: TargetStatus;
  priority?: number;
  owner?: string;
  team?: string;
  evaluation?: string;
  handling?: Handling;
  notes?: string;
  identifiers: Identifier[];
  /** What does nothing to a new target, and would be read all the same. */
  others: string[];
}
export interface PreviewView { digest: string; say: SayView }
export interface PromotionView {
  digest: string;
  say: SayView;
  wanted: Stamp;
  /** Of the country that answers for the target. What was agreed to is not taken back. */
  answer?: PromotionAnswerView;
  /** As which target the room knows it; by another's hand it can be said without agreement. */
  said?: PromotionSaidView;
  /** This device's country answers for the target and has not agreed, and this device may. */
  may_answer: boolean;
}
export interface PromotionAnswerView { agreed: boolean; stamp: Stamp }
export interface PromotionSaidView { target: string; stamp: Stamp }
export interface Seen { seen_at_ms: number; place?: Place; note: string; stamp: Stamp }

export interface HitView {
  id: string;
  /** The compartment in which it lies; none if all of the room see it. */
  within?: string;
  raised: Stamp;
  identifier: Identifier;
  target?: { id: string; name: string };
  /** `exact`, `near`, … and percent. */
  matched?: { identifier: Identifier; rule: string; certainty: number };
  responsible: string;
  place?: Place;
  seen_at_ms: number;
  note: string;
  count: number;
  state: HitState;
  /** What must happen next, and by when. */
  due?: { stage: HitStage; at_ms: number };
  /** Seats that have it on their screen. */
  delivered: Who[];
  waiting: Who[];
  acknowledged: { country: string; note: string; stamp: Stamp }[];
  /** This device's country has not acknowledged it, and may. */
  needs_me: boolean;
  verdicts: { confirmed: boolean; note: string; stamp: Stamp }[];
  actioned?: Noted;
  /** Closed, and taken up again: by whom and why. */
  reopened: Noted[];
  escalations: { stage: HitStage; level: 'liaison' | 'coordinator'; stamp: Stamp }[];
  open: boolean;
}

export interface CheckView {
  id: string;
  /** The compartment in which it lies; none if all of the room see it. */
  within?: string;
  asked: Stamp;
  identifier: Identifier;
  note: string;
  answers: { country: string; answer?: Answer; note?: string; stamp?: Stamp }[];
  /** This device's country is asked, has not answered, and this device may. */
  needs_me: boolean;
}

export interface TalkLine {
  seq: number;
  /** The compartment in which it lies; none if all of the room see it. */
  within?: string;
  time_ms: number;
  who: Who;
  text: string;
  urgent: boolean;
  reply_to?: { seq: number; who: Who; text: string };
  document?: DocumentView;
}

export interface DocumentView {
  id: string;
  /** The compartment in which it lies; none if all of the room see it. */
  within?: string;
  name: string;
  media_type: string;
  size: number;
  target?: string;
  stamp: Stamp;
}

export interface PlanView {
  playbook?: { id: string; title: Text; summary?: Text };
  phases: PhaseView[];
  h_hour?: { at_ms: number; stamp: Stamp };
  /** Of the plan as shown, hex; give it back with a vote. Its first 12 characters are compared by voice. */
  digest: string;
  decision: Decision;
  poll?: PollView;
  /** Votes that were called before, oldest first. */
  past_polls: PollView[];
  /** This device's country is asked and has not voted, and this device may. */
  needs_my_vote: boolean;
  /** In force; give `stamp.seq` back as `after_abort` to go on in spite of it. */
  aborted?: Noted;
  /** Seats that have the word, and those that do not yet. */
  aborted_delivered: Who[];
  aborted_waiting: Who[];
  past_aborts: { stamp: Stamp; note: string; resumed: Stamp }[];
  /** What each role does in such an operation. */
  duties: { role: Role; duties: Text }[];
  abort_when: Text[];
  /** Handling code of targets that were given none. */
  handling_default?: Handling;
  handling_rules: Text[];
}
export interface PollView {
  called: Stamp;
  votes: { country: string; choice?: Choice; note?: string; stamp?: Stamp }[];
  void_by?: Stamp;
  carried_out?: Stamp;
}
export interface PhaseView {
  id: string;
  title: Text;
  state: 'ahead' | 'now' | 'over';
  /** It may begin after an abort, which stays in force. */
  closing: boolean;
  begun?: Stamp;
  in_spite?: string;
  entry: ConditionView[];
  tasks: TaskView[];
}
export interface ConditionView {
  kind: 'phase_begun' | 'task_done' | 'go' | 'h_hour_set' | 'h_hour_passed' | 'targets' | 'hits_confirmed';
  met: boolean;
  title?: Text;
  status?: TargetStatus;
  at_least?: number;
}
export interface TaskView {
  id: string;
  title: Text;
  role: Role;
  due_ms?: number;
  overdue: boolean;
  needs: Text[];
  /** For all together (`country` absent) or per country. */
  progress: { country?: string; state: TaskState; note: string; stamp?: Stamp }[];
  /** Which countries must have done it. */
  by: 'once' | 'each_country' | 'each_owner';
  /** Those of them that have not. */
  awaited: string[];
  done: boolean;
}

export interface CustodyView {
  target: string;
  /** The compartment in which it lies; none if all of the room see it. */
  within?: string;
  name: string;
  holder: string;
  taken: Stamp;
  offered?: { country: string; stamp: Stamp };
  legs: { given: Stamp; taken: Stamp; place?: Place; note: string }[];
  reported: Stamp;
  due_ms?: number;
  /** The last of them. */
  alarms: Stamp[];
  alarm_count: number;
  closed?: Stamp;
}

export interface SeatView {
  who: Who;
  officer: string;
  /** Who admitted it, and where in the order; absent for the opener. */
  admitted?: Stamp;
  authority_fingerprint: string;
  valid_to_ms: number;
  revoked: boolean;
  /** It has asked to leave, and waits until another's device lets it go. */
  leaving: boolean;
}

export interface AskerView { who: Who; officer: string; authority: string; authority_fingerprint: string; heard_ms: number }

export interface LivePosition { who: Who; place: Place; at_ms: number }

/** `event` is a name such as `transcript_fork`, `commit_refused`, `rollback`; text key `security-<event>`. */
export interface SecurityLine { within?: string; seq: number; time_ms: number; event: string; who?: string; args: Record<string, string | number> }

export interface AmendmentView {
  id: string;
  closes_at_ms: number;
  by?: Who;
  signatures: number;
  quorum: number;
  signed_by_me: boolean;
}

export interface QueuedLine { id: number; within?: string; kind: string; text: string; urgent?: boolean }

// ---------------------------------------------------------------- what the page asks

export interface PartyOption { country: string; name: string; fingerprint: string }
export interface DirectoryEntry {
  device: string; callsign: string; officer: string; country: string; role: Role; authority_fingerprint: string;
}

export interface OpenSpec {
  title: string;
  exercise: boolean;
  /** JSON of a playbook as it lies in the bundle, or ''. */
  playbook: string;
  opens_at_ms: number;
  closes_at_ms: number;
  latest_close_ms: number;
  /** Highest role by country; the authorities are those of the hub's directory that the opener ticked. */
  authorities: { fingerprint: string; country: string; role: Role }[];
  /** Beside this device. */
  coordinators: string[];
  quorum: number;
  classic: boolean;
}

/** Tagged by `do`. */
export type Action =
  | { do: 'say'; text: string; urgent?: boolean; reply_to?: number }
  | { do: 'target'; target?: string; seen?: number; kind?: TargetKind; name?: string; status?: TargetStatus;
      priority?: number; owner?: string; team?: string; evaluation?: string; handling?: Handling; notes?: string;
      add_identifiers?: string[]; remove_identifiers?: string[]; add_links?: { to: string; relation: string }[]; remove_links?: string[] }
  | { do: 'sighting'; target: string; seen_at_ms: number; place?: Place; note: string }
  | { do: 'hit'; identifier: string; target?: string; place?: Place; note: string; known_wrong?: boolean }
  | { do: 'acknowledge'; hit: string; note: string }
  | { do: 'verdict'; hit: string; confirmed: boolean; note: string }
  | { do: 'action'; hit: string; note: string }
  | { do: 'reopen'; hit: string; note: string }
  | { do: 'check'; identifier: string; countries: string[]; note: string; known_wrong?: boolean }
  | { do: 'check_answer'; check: string; answer: Answer; note: string }
  | { do: 'phase'; phase: string; in_spite?: string; after_abort?: number }
  | { do: 'task'; task: string; country?: string; state: TaskState; note: string }
  | { do: 'h_hour'; at_ms: number | null; after_abort?: number }
  | { do: 'call_vote'; countries: string[] }
  /** `plan`: the digest that was on the screen; another one by now is refused as `rejected-other-plan`. */
  | { do: 'vote'; choice: Choice; note: string; plan?: string }
  | { do: 'abort'; reason: string }
  | { do: 'custody'; target: string; step: 'take' | 'offer' | 'accept' | 'refuse' | 'check_in' | 'close'; country?: string; place?: Place;
      /** How often this leg is reported on, such as `12h`, if not as the playbook says. */
      report_every?: string; note: string }
  /** Asks that the room may know a compartment's target, as `shown` on the screen: the digest of its preview. */
  | { do: 'promote'; target: string; shown: string }
  /** `shown` is the digest of what is agreed to, or not. */
  | { do: 'answer_promotion'; target: string; shown: string; agreed: boolean }
  /** Says in the room what was agreed on. `place` must be the room: from few readers to all nothing goes by itself. */
  | { do: 'say_promoted'; target: string; shown: string };

/** What a typed identifier is, and what this device's own boards know of it. Answered without the hub. */
export interface CheckResult {
  /** Absent if the text is none; `problem` says why (text key `identifier-<problem>`). */
  identifier?: Identifier;
  problem?: string;
  /** A wrong check digit is asked about again, not refused. */
  check_digit: 'right' | 'wrong' | 'none';
  expected?: string;
  matches: { room: string; within?: string; target: string; name: string; status: TargetStatus; owner: string; handling?: Handling; identifier: Identifier; rule: string; certainty: number; notes: string }[];
}

export interface AnalysisView {
  responses: { country: string; phase?: Text; stage: HitStage; count: number; median_ms?: number; slowest_ms?: number; missed: number }[];
  /** Deadlines that passed, the oldest first. */
  missed: { room: string; hit: string; identifier: Identifier; country: string; stage: HitStage; at_ms: number }[];
  late_tasks: { room: string; task: string; title: Text; due_ms: number; done_ms?: number }[];
  scores: ScoreView[];
  bonds: BondView[];
}
export interface ScoreView {
  room: string;
  title: string;
  exercise: boolean;
  /** Of 100. */
  points: number;
  deadlines_met: number;
  deadlines_missed: number;
  tasks_on_time: number;
  tasks_late: number;
  check_ins_missed: number;
}
export interface NodeView { room: string; room_title: string; target: string; name: string }
export type BondView =
  | { by: 'identifier'; identifier: Identifier; targets: NodeView[]; across_rooms: boolean }
  | { by: 'link'; from: NodeView; to: NodeView; relation: string };

/** Every call, its arguments and its answer. Passphrases go as bytes and are wiped by the worker. */
export interface Calls {
  device: { args: []; answer: DeviceView };
  enrol: { args: [ticket: string, hub: string, passphrase: Uint8Array]; answer: null };
  unlock: { args: [passphrase: Uint8Array]; answer: null };
  lock: { args: []; answer: null };
  set_duress: { args: [passphrase: Uint8Array]; answer: null };
  set_autolock: { args: [minutes: number]; answer: null };
  wipe: { args: []; answer: null };
  /** This device's own authority, and the partners' that it trusts. */
  parties: { args: []; answer: PartyOption[] };
  /** Trusts a partner's authority by its certificate (PEM): invitations by its devices are accepted from now on. */
  trust: { args: [pem: string]; answer: null };
  directory: { args: []; answer: DirectoryEntry[] };
  open_room: { args: [spec: OpenSpec]; answer: string };
  /** Opens a compartment of a room for some of its countries, this device's among them. Answers when it is open. */
  open_compartment: { args: [room: string, countries: string[]]; answer: string };
  /** From now on `room` is pushed after each change; null for none. */
  look_at: { args: [room: string | null]; answer: null };
  /** Answers once the event is stored on this device; it goes out when the hub is there. What is about a thing goes where the
   *  thing lies; for the rest `place`, a compartment or the room itself, is who was chosen on the screen, and absent the
   *  whole room. What does not fit together is refused, and nothing said. */
  act: { args: [room: string, action: Action, place?: string | undefined]; answer: null };
  share: { args: [room: string, name: string, mediaType: string, bytes: Uint8Array, target: string | null, place?: string | undefined]; answer: string };
  document: { args: [room: string, document: string]; answer: Uint8Array };
  check: { args: [room: string | null, kind: string, text: string]; answer: CheckResult };
  /** What the boards of these rooms say together; of all if none is named. */
  analysis: { args: [rooms: string[]]; answer: AnalysisView };
  /** Into a room, or a compartment. */
  admit: { args: [room: string, devices: string[]]; answer: null };
  /** Asks the members of a room to be let in, until they do or `stop_asking`. */
  ask_to_join: { args: [room: string]; answer: null };
  stop_asking: { args: [room: string]; answer: null };
  /** Waves aside somebody who asks. */
  dismiss: { args: [room: string, device: string]; answer: null };
  remove: { args: [room: string, devices: string[]]; answer: null };
  extend: { args: [room: string, closesAtMs: number]; answer: null };
  sign: { args: [room: string, amendment: string]; answer: null };
  /** A room, or a compartment. The seat is gone when another's device has let this one go. */
  leave: { args: [room: string]; answer: null };
  position: { args: [room: string, place: Place]; answer: null };
  push_subscribe: { args: [subscription: PushSubscriptionJSON | null]; answer: null };
}

/** `code` names a text: `error-<code>`, or `code` itself if it begins with `rejected-` or `policy-`. */
export interface CoreError { code: string; detail?: string; args?: Record<string, string | number> }

/** What the worker says by itself. */
export type Push =
  | { push: 'device'; device: DeviceView }
  | { push: 'room'; room: RoomView }
  /** A hit of any room has come; the alarm is up to the page. `received_ms` is performance time origin based. */
  | { push: 'alarm'; room: string; countries: string[]; hit: HitView; again: boolean; received_ms: number }
  | { push: 'notice'; room: string; notice: NoticeView }
  | { push: 'progress'; done: number; all: number }
  /** How long something took inside the worker, for measurements. */
  | { push: 'measured'; what: 'join'; took_ms: number }
  /** The worker can't go on; load the page again. */
  | { push: 'failed' };

/** Short-lived word on the screen; text key `web-notice-<kind>`, or `kind` itself if it begins with `error-`. */
export interface NoticeView {
  kind: string;
  urgency: 'quiet' | 'normal' | 'urgent' | 'security';
  args: Record<string, string | number>;
  /** Of a compartment: the countries that see it. */
  countries?: string[];
  seq?: number;
}
