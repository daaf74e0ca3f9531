// Texts by key in four languages, from Fluent files. The command line's files serve here too: one
// word for one thing everywhere. A page loads the language that it speaks, and others when it is asked to.
import { FluentBundle, FluentResource, type FluentVariable } from '@fluent/bundle';
import { texts } from 'virtual:texts';
import { asset } from '../assets';
import type { Lang, Text } from '../core/types';

export const LANGUAGES: readonly Lang[] = ['en', 'fr', 'es', 'ar'];

const bundles = new Map<Lang, FluentBundle>();

function bundleOf(lang: Lang): FluentBundle | undefined {
  const text = texts[lang];
  return bundles.get(lang) ?? (text === undefined ? undefined : keep(lang, text));
}

function keep(lang: Lang, text: string): FluentBundle {
  // Isolation marks keep a Latin call sign in one piece inside an Arabic sentence.
  const bundle = new FluentBundle(lang === 'ar' ? 'ar-u-nu-latn' : lang);
  bundle.addResource(new FluentResource(text), { allowOverrides: true });
  bundles.set(lang, bundle);
  return bundle;
}

/** Fetches a language's texts, unless they are here. */
export async function loadTexts(code: Lang = current): Promise<void> {
  if (!bundleOf(code)) keep(code, await (await asset(`texts/${code}.ftl`)).text());
}

function preferred(): Lang {
  const kept = localStorage.getItem('lang');
  const wanted = [kept ?? '', ...navigator.languages].map((tag) => tag.slice(0, 2));
  return LANGUAGES.find((lang) => wanted.includes(lang)) && (wanted.find((tag) => (LANGUAGES as readonly string[]).includes(tag)) as Lang) || 'en';
}

let current = $state<Lang>(preferred());

/** The language of the interface. */
export const lang = {
  get code(): Lang {
    return current;
  },
  get dir(): 'ltr' | 'rtl' {
    return current === 'ar' ? 'rtl' : 'ltr';
  },
  /** Speaks another language once its texts are here; without them, and without a network, it stays as it is. */
  async set(code: Lang): Promise<void> {
    if (!bundleOf(code)) await loadTexts(code);
    current = code;
    localStorage.setItem('lang', code);
  },
};

/** The text of a key; a missing key shows itself in brackets, and fails the tests. */
export function t(key: string, args?: Record<string, FluentVariable>): string {
  for (const code of [current, 'en'] as const) {
    const bundle = bundleOf(code);
    const pattern = bundle?.getMessage(key)?.value;
    if (bundle && pattern) return bundle.formatPattern(pattern, args ?? null, []);
  }
  return `[${key}]`;
}

/** A playbook's text in the reader's language. */
export function say(text: Text): string {
  return text[current] || text.en;
}

const locale = () => (current === 'ar' ? 'ar-u-nu-latn' : current === 'en' ? 'en-GB' : current);

/** `14:05` in the reader's zone; with the day if it is not today. */
export function clock(ms: number): string {
  const date = new Date(ms);
  const today = new Date().toDateString() === date.toDateString();
  return new Intl.DateTimeFormat(locale(), {
    hour: '2-digit', minute: '2-digit', hour12: false,
    ...(today ? {} : { day: '2-digit', month: 'short' }),
  }).format(date);
}

/** `1105Z`, or `24 1105Z NOV 26` if `long`: the same everywhere. */
export function zulu(ms: number, long = false): string {
  const date = new Date(ms);
  const two = (n: number) => String(n).padStart(2, '0');
  const time = `${two(date.getUTCHours())}${two(date.getUTCMinutes())}Z`;
  if (!long) return time;
  const month = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'][date.getUTCMonth()] ?? '';
  return `${two(date.getUTCDate())} ${time} ${month} ${two(date.getUTCFullYear() % 100)}`;
}

/** `3 min ago` / `in 2 h`. */
export function ago(ms: number, nowMs: number): string {
  const seconds = Math.round((ms - nowMs) / 1000);
  const format = new Intl.RelativeTimeFormat(locale(), { style: 'short', numeric: 'auto' });
  const size = Math.abs(seconds);
  if (size < 60) return format.format(seconds, 'second');
  if (size < 3600) return format.format(Math.trunc(seconds / 60), 'minute');
  if (size < 48 * 3600) return format.format(Math.trunc(seconds / 3600), 'hour');
  return format.format(Math.trunc(seconds / 86400), 'day');
}

/** `1:02:03`, `02:03`; with a minus when it is over. */
export function countdown(ms: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const seconds = Math.floor(Math.abs(ms) / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${ms < 0 ? '−' : ''}${h ? `${h}:` : ''}${two(m)}:${two(s)}`;
}

/** `1 hour 30 minutes`. */
export function duration(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  const part = (value: number, unit: 'hour' | 'minute') => new Intl.NumberFormat(locale(), { style: 'unit', unit, unitDisplay: 'long' }).format(value);
  const parts = [[Math.floor(minutes / 60), 'hour'], [minutes % 60, 'minute']] as const;
  return parts.filter(([value]) => value > 0).map(([value, unit]) => part(value, unit)).join(' ');
}

/** A country's name. */
export function country(code: string): string {
  return new Intl.DisplayNames([locale()], { type: 'region', fallback: 'code' }).of(code) ?? code;
}

/** `Jordan and Oman`. */
export function listed(texts: readonly string[]): string {
  return new Intl.ListFormat(locale(), { style: 'long', type: 'conjunction' }).format(texts);
}

/** A language's name for itself. */
export function languageName(code: Lang): string {
  const name = new Intl.DisplayNames([code], { type: 'language' }).of(code) ?? code;
  return name.charAt(0).toLocaleUpperCase(code) + name.slice(1);
}

/** A number in Latin digits. */
export function number(n: number): string {
  return new Intl.NumberFormat(locale()).format(n);
}
