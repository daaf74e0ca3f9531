// Which hit comes first.
import type { HitView } from '../../core/types';

export function isOverdue(hit: HitView, nowMs: number): boolean {
  return !!hit.due && hit.due.at_ms < nowMs;
}

/** Open ones: those that wait for this country, then by what is due first. */
export function openFirst(hits: readonly HitView[]): HitView[] {
  const due = (hit: HitView) => hit.due?.at_ms ?? Number.MAX_SAFE_INTEGER;
  return hits
    .filter(({ open }) => open)
    .sort((a, b) => Number(b.needs_me) - Number(a.needs_me) || due(a) - due(b) || b.raised.time_ms - a.raised.time_ms);
}

export function closedLast(hits: readonly HitView[]): HitView[] {
  const over = (hit: HitView) => hit.actioned?.stamp.time_ms ?? hit.verdicts.at(-1)?.stamp.time_ms ?? hit.raised.time_ms;
  return hits.filter(({ open }) => !open).sort((a, b) => over(b) - over(a));
}

export interface Reached { country: string; have: HitView['delivered']; wait: HitView['waiting'] }

/** Who has it on the screen and who not, by country; those who wait longest in need first. */
export function reached(hit: HitView): Reached[] {
  const by = new Map<string, Reached>();
  const of = (country: string) => {
    const known = by.get(country) ?? { country, have: [], wait: [] };
    by.set(country, known);
    return known;
  };
  for (const who of hit.delivered) of(who.country).have.push(who);
  for (const who of hit.waiting) of(who.country).wait.push(who);
  return [...by.values()].sort((a, b) =>
    Number(b.country === hit.responsible) - Number(a.country === hit.responsible) || b.wait.length - a.wait.length || a.country.localeCompare(b.country));
}
