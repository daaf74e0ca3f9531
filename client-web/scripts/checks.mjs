// What the policies that the hub sends with the page forbid, found before they do.

/** No code out of text, and no code that is loaded later but by `parts`, names beside the script. */
export function checkScript(name, code, parts = []) {
  const forbidden = [/\beval\(/, /\bnew Function\(/, /\bimportScripts\(/, /\bdocument\.write\(/];
  for (const pattern of forbidden) {
    if (pattern.test(code)) throw new Error(`${name}: has ${pattern.source}`);
  }
  for (const [call, , path] of code.matchAll(/\bimport\((?:(["'`])\.\/([\w.-]+)\1\))?/g)) {
    if (!path || !parts.includes(path)) throw new Error(`${name}: has ${call}`);
  }
}

/** One script, one sheet, nothing inline. */
export function checkPage(html) {
  const [scripts, sheets] = ['<script', 'rel="stylesheet"'].map((mark) => html.split(mark).length - 1);
  if (scripts !== 1 || sheets !== 1) throw new Error(`index.html: one script and one sheet are wanted, not ${scripts} and ${sheets}`);
  if (/<script(?![^>]*\bsrc=)/.test(html)) throw new Error('index.html: a script without src');
  if (/<style|\sstyle=|\son[a-z]+=|javascript:/i.test(html)) throw new Error('index.html: something inline');
  if (/(?:src|href)="(?:https?:)?\/\//.test(html)) throw new Error('index.html: another origin');
}
