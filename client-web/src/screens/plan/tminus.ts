// How it is counted to the H-hour.

/** `T−00:12:31` before, `T+00:00:05` after; always with hours, so that nothing jumps. */
export function tminus(ms: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  // Before it, a begun second still counts: zero is shown when it is zero.
  const seconds = ms > 0 ? Math.ceil(ms / 1000) : Math.floor(-ms / 1000);
  return `T${ms > 0 ? '−' : '+'}${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

const SAID_MINUTES = [60, 30, 15, 10, 5, 2, 1];

/** The last of the round minutes that has come: what is read aloud, once each. */
export function saidMinutes(ms: number): number | undefined {
  if (ms <= 0) return undefined;
  return SAID_MINUTES.findLast((minutes) => ms <= minutes * 60_000);
}
