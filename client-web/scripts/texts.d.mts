export const LANGUAGES: string[];
/** All that the page says in one language, the command line's words first. */
export function pageTexts(lang: string): string;
export function safetyWords(lang: string): string;
