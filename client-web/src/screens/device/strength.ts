// A plain word on a passphrase. It guides; only what is too short is refused.

export const LEAST = 8;
export type Strength = 'none' | 'short' | 'weak' | 'fair' | 'good';

export function strength(text: string): Strength {
  const letters = [...text];
  if (letters.length === 0) return 'none';
  if (letters.length < LEAST) return 'short';
  // What repeats itself or counts up is guessed as one.
  const steps = letters.slice(1).map((letter, i) => (letter.codePointAt(0) ?? 0) - (letters[i]?.codePointAt(0) ?? 0));
  const dull = steps.filter((step, i) => step === 0 || (Math.abs(step) === 1 && step === steps[i - 1])).length;
  const kinds = [/\p{Ll}|\p{Lo}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((kind) => kind.test(text)).length;
  const worth = Math.min(letters.length - dull, new Set(letters).size * 2) + (kinds - 1) * 2;
  return worth < 12 ? 'weak' : worth < 18 ? 'fair' : 'good';
}
