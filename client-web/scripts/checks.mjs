// What the policies that the hub sends with the page forbid, found before they do.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** No code out of text, and no code that is loaded later. */
export function checkScript(name, code) {
  const forbidden = [/\beval\(/, /\bnew Function\(/, /\bimport\(/, /\bimportScripts\(/, /\bdocument\.write\(/];
  for (const pattern of forbidden) {
    if (pattern.test(code)) throw new Error(`${name}: has ${pattern.source}`);
  }
}

/** One script, one sheet, nothing inline; gives the page. */
export function checkPage(directory, made) {
  const scripts = made.filter((path) => path.endsWith('.js'));
  const sheets = made.filter((path) => path.endsWith('.css'));
  if (scripts.length !== 1 || sheets.length !== 1) {
    throw new Error(`one script and one sheet are wanted, not ${[...scripts, ...sheets].join(', ')}`);
  }
  checkScript(scripts[0], readFileSync(join(directory, scripts[0]), 'utf8'));
  const html = readFileSync(join(directory, 'index.html'), 'utf8');
  if (/<script(?![^>]*\bsrc=)/.test(html)) throw new Error('index.html: a script without src');
  if (/<style|\sstyle=|\son[a-z]+=|javascript:/i.test(html)) throw new Error('index.html: something inline');
  if (/(?:src|href)="(?:https?:)?\/\//.test(html)) throw new Error('index.html: another origin');
  return html;
}
