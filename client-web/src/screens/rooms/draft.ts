// A room that is not open yet, as it is filled in, and the charter's fields that come of it.
import type { Accreditation, OpenSpec, PartyOption, Role } from '../../core/types';
import { playbook, type PlaybookEntry } from '../../playbooks';
import { localInput, readLocal } from './times';

export const HOUR = 3_600_000;
export const MOST_HOURS = 48;
/** What the hard maximum may be, in hours: a charter holds 30 days. */
export const MOST_LATEST_HOURS = 30 * 24;

export interface Draft {
  playbook: string;
  title: string;
  exercise: boolean;
  /** Or at a time. */
  now: boolean;
  opensAt: string;
  hours: string;
  latestHours: string;
  /** Highest role by an authority's fingerprint; '' for a country that does not take part. */
  roles: Record<string, Role | ''>;
  /** Devices to admit. */
  officers: string[];
  /** Of them, those that coordinate too. */
  coordinators: string[];
  quorum: string;
  classic: boolean;
}

export const emptyDraft = (now: number): Draft => ({
  playbook: '', title: '', exercise: false, now: true, opensAt: localInput(now + HOUR), hours: '8', latestHours: '24',
  roles: {}, officers: [], coordinators: [], quorum: '1', classic: false,
});

export type Fault = 'title' | 'opens' | 'hours' | 'latest' | 'quorum';

const whole = (text: string, most: number): number | undefined => {
  const n = Number(text);
  return Number.isInteger(n) && n >= 1 && n <= most ? n : undefined;
};

/** Officers of countries that take part. */
export const coordinatorsOf = (draft: Draft): string[] => draft.coordinators.filter((device) => draft.officers.includes(device));

export function problems(draft: Draft, now: number): Fault[] {
  const faults: Fault[] = [];
  if (!draft.title.trim()) faults.push('title');
  const opens = readLocal(draft.opensAt);
  if (!draft.now && (opens === undefined || opens < now)) faults.push('opens');
  const hours = whole(draft.hours, MOST_HOURS);
  if (hours === undefined) faults.push('hours');
  const latest = whole(draft.latestHours, MOST_LATEST_HOURS);
  if (latest === undefined || latest < (hours ?? 0)) faults.push('latest');
  if (whole(draft.quorum, 1 + coordinatorsOf(draft).length) === undefined) faults.push('quorum');
  return faults;
}

export function times(draft: Draft, now: number): { opens: number; closes: number; latest: number } {
  const opens = draft.now ? now : (readLocal(draft.opensAt) ?? now);
  return { opens, closes: opens + Number(draft.hours) * HOUR, latest: opens + Number(draft.latestHours) * HOUR };
}

export async function specOf(draft: Draft, me: Accreditation, parties: PartyOption[], books: PlaybookEntry[], now: number): Promise<OpenSpec> {
  const { opens, closes, latest } = times(draft, now);
  const book = books.find(({ id }) => id === draft.playbook);
  return {
    title: draft.title.trim(), exercise: draft.exercise, playbook: book ? (await playbook(book)).json : '',
    opens_at_ms: opens, closes_at_ms: closes, latest_close_ms: latest,
    authorities: parties.flatMap(({ fingerprint, country }) => {
      const role = draft.roles[fingerprint];
      return role ? [{ fingerprint, country, role }] : [];
    }),
    coordinators: coordinatorsOf(draft).filter((device) => device !== me.device),
    quorum: Number(draft.quorum), classic: draft.classic,
  };
}
