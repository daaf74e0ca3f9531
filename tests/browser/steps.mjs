// A long play in steps: each a test of its own, and none after one that went wrong.
import { PATIENCE_MS } from './stage.mjs';

/** Waits until a condition holds, looking again and again. */
export async function until(what, condition) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not so in time: ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** The steps of a play; where one fails it ends, with a picture of what its officers had before them. */
export function steps(context, stage, lang, officers) {
  return async (name, work) => {
    let problem;
    await context.test(name, async () => {
      try {
        await work();
      } catch (error) {
        problem = error;
        await stage.picture(`${lang} ${name}`, officers);
        throw error;
      }
    });
    if (problem) throw new Error(`the operation ended at: ${name}`);
  };
}
