// What may be a lie, in words.
import type { SecurityLine } from '../../core/types';
import { t } from '../../i18n/index.svelte';

export function securityText({ event, args }: SecurityLine): string {
  const wanted = `security-${event.replaceAll('_', '-')}`;
  const rule = args.code === undefined ? String(args.rule ?? '') : t(`policy-${String(args.code).replaceAll('_', '-')}`);
  const text = t(wanted, {
    ...args,
    rule: rule.startsWith('[') ? String(args.rule ?? '') : rule,
    seconds: Math.round(Math.abs(Number(args.difference_ms ?? 0)) / 1000),
  });
  // Newer than this page.
  return text === `[${wanted}]` ? t('web-people-security-unknown', { event }) : text;
}
