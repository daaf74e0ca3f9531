// What keeps somebody out of a page, as it is now: axe-core's findings, what does not fit, texts that are missing.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A line for each fault. */
export async function faultsOf(page) {
  if (!(await page.evaluate('!!window.axe'))) await page.evaluate(axe);
  const { violations } = await page.evaluate('axe.run(document, { resultTypes: ["violations"] })');
  const faults = violations.flatMap(({ id, impact, help, nodes }) =>
    nodes.map(({ target, html, any, all, none }) =>
      `axe ${impact} ${id}: ${help}: ${target.join(' ')}  ${html.slice(0, 160)}  ${(any[0] ?? all[0] ?? none[0])?.message ?? ''}`));
  const wide = await page.evaluate('document.scrollingElement.scrollWidth - innerWidth');
  if (wide > 0) faults.push(`the page is ${wide} px too wide`);
  const missing = await page.evaluate('document.body.innerText.match(/\\[[a-z]+-[a-z0-9-]+\\]/g) ?? []');
  if (missing.length) faults.push(`missing texts: ${[...new Set(missing)].join(' ')}`);
  return faults;
}
