// What a phase waits for, in words.
import type { ConditionView } from '../../core/types';
import { say, t } from '../../i18n/index.svelte';
import { key } from '../board/words';

export function conditionText({ kind, title, status, at_least }: ConditionView): string {
  return t(key('web-plan-condition', kind), {
    title: title ? say(title) : '',
    status: status ? t(key('status', status)) : '',
    count: at_least ?? 0,
  });
}
