// Text keys of values.
import { lang, t } from '../../i18n/index.svelte';

export function key(area: string, value: string): string {
  return `${area}-${value.replaceAll('_', '-')}`;
}

/** The text of a key, or another's if nobody has written it yet. */
export function known(wanted: string, otherwise: string): string {
  const text = t(wanted);
  return text === `[${wanted}]` ? t(otherwise) : text;
}

/** Why a text is no identifier. */
export const problemText = (problem: string, otherwise: string): string => known(`identifier-${problem.replaceAll('_', '-')}`, otherwise);

/** With a capital, where a word stands alone. */
export function cap(text: string): string {
  return text.charAt(0).toLocaleUpperCase(lang.code) + text.slice(1);
}

export const IDENTIFIER_KINDS = [
  'plate', 'vin', 'passport', 'imei', 'msisdn', 'imo', 'mmsi', 'container', 'flight', 'tail_number', 'wallet',
  'onion_address', 'cas_number',
] as const;

/** A kind that is newer than this page shows its own name. */
export function kindName(kind: string): string {
  const wanted = `web-check-kind-${kind.replaceAll('_', '-')}`;
  const text = t(wanted);
  return text === `[${wanted}]` ? kind : text;
}
