// A target as a form has it, and the wish that turns the board's into it.
import type { Action, Handling, TargetKind, TargetView } from '../../core/types';

export interface Form {
  kind: TargetKind;
  name: string;
  priority: string;
  owner: string;
  team: string;
  source: string;
  information: string;
  handling: string;
  notes: string;
  added: string[];
  removed: string[];
  links: { to: string; name: string; relation: string }[];
  unlinked: string[];
}

export function formOf(target: TargetView): Form {
  return {
    kind: target.kind,
    name: target.name,
    priority: String(target.priority),
    owner: target.owner,
    team: target.team,
    source: target.evaluation?.charAt(0) ?? '',
    information: target.evaluation?.charAt(1) ?? '',
    handling: target.handling ?? '',
    notes: target.notes,
    added: [],
    removed: [],
    links: [],
    unlinked: [],
  };
}

export function emptyForm(owner: string): Form {
  return {
    kind: 'vehicle', name: '', priority: '3', owner, team: '', source: '', information: '', handling: '', notes: '',
    added: [], removed: [], links: [], unlinked: [],
  };
}

/** An evaluation has both halves or none. */
export function isWhole(form: Form): boolean {
  return form.name.trim() !== '' && (form.source === '') === (form.information === '');
}

type Wish = Extract<Action, { do: 'target' }>;

/** Only what differs: what others change meanwhile stays theirs. */
export function wishOf(form: Form, before: TargetView | undefined): Wish {
  const old = before ? formOf(before) : undefined;
  const wish: Wish = { do: 'target' };
  if (before) {
    wish.target = before.id;
    wish.seen = before.seen;
  }
  const differs = (name: keyof Form) => !old || old[name] !== form[name];
  if (differs('kind')) wish.kind = form.kind;
  if (differs('name')) wish.name = form.name.trim();
  if (differs('priority')) wish.priority = Number(form.priority);
  if (form.owner && differs('owner')) wish.owner = form.owner;
  if (old ? differs('team') : form.team.trim()) wish.team = form.team.trim();
  if (old ? differs('notes') : form.notes.trim()) wish.notes = form.notes.trim();
  if (form.source && (differs('source') || differs('information'))) wish.evaluation = form.source + form.information;
  if (form.handling && differs('handling')) wish.handling = form.handling as Handling;
  if (form.added.length) wish.add_identifiers = [...form.added];
  if (form.removed.length) wish.remove_identifiers = [...form.removed];
  if (form.links.length) wish.add_links = form.links.map(({ to, relation }) => ({ to, relation }));
  if (form.unlinked.length) wish.remove_links = [...form.unlinked];
  return wish;
}

/** Whether there is anything to send. */
export function isChange(wish: Wish): boolean {
  return Object.keys(wish).some((name) => name !== 'do' && name !== 'target' && name !== 'seen');
}
