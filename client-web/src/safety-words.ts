// Safety numbers in words: easier to say and to hear than digits. The lists have the same things in the same places in
// every language, and are the command line's.
import { words } from 'virtual:texts';
import { asset } from './assets';
import type { Lang } from './core/types';

const WORDS = 9;
const WORD_BITS = 7n;

/** Places in a list, of the digits as the core gives them: `room::SafetyNumber` says what they are. */
export function places(digits: string): number[] {
  const number = BigInt(digits.replaceAll(/\D/g, ''));
  return Array.from({ length: WORDS }, (_, word) => Number((number >> (BigInt(WORDS - 1 - word) * WORD_BITS)) & ((1n << WORD_BITS) - 1n)));
}

const lists = new Map<Lang, string[]>();

/** A language's list. */
export async function wordsOf(lang: Lang): Promise<string[]> {
  const list = lists.get(lang) ?? (words[lang] ?? (await (await asset(`words/${lang}.txt`)).text())).trim().split('\n');
  lists.set(lang, list);
  return list;
}
