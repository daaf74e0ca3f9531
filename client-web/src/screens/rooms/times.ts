// Between times and what an <input type="datetime-local"> holds, in the reader's zone.

const two = (n: number): string => String(n).padStart(2, '0');

export function localInput(ms: number): string {
  const date = new Date(ms);
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** None if it is no time. */
export function readLocal(text: string): number | undefined {
  const ms = new Date(text).getTime();
  return text && Number.isFinite(ms) ? ms : undefined;
}
