// Text keys of values.
import { t } from '../../i18n/index.svelte';

export function key(area: string, value: string): string {
  return `${area}-${value.replaceAll('_', '-')}`;
}

/** The text of a key, or another's if nobody has written it yet. */
export function known(wanted: string, otherwise: string): string {
  const text = t(wanted);
  return text === `[${wanted}]` ? t(otherwise) : text;
}

export const IDENTIFIER_KINDS = [
  'plate', 'vin', 'passport', 'imei', 'msisdn', 'imo', 'mmsi', 'container', 'flight', 'tail_number', 'wallet',
  'onion_address', 'cas_number',
] as const;

export function kindName(kind: string): string {
  return t(key('web-check-kind', kind));
}
