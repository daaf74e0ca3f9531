// Refusals in the reader's words.
import { t } from '../../i18n/index.svelte';
import { CallError } from '../../core/client';
import { errorKey } from '../../state.svelte';

/** The hub's or the core's code. */
export const refusal = (code: string): string => t(errorKey(code));

/** What a failed call says; nothing it could not say. */
export function said(error: unknown): string {
  return error instanceof CallError ? t(errorKey(error.why.code), error.why.args) : t('error-core-failed');
}
