// Sounds made here, from oscillators: nothing to load, nothing that can be missing offline.

let context: AudioContext | undefined;
let ringing: ReturnType<typeof setInterval> | undefined;

const PERIOD_MS = 1600;
const BUZZ = [300, 100, 300, 100, 500];

/** Browsers keep silent until the page was touched: from the first touch on it may sound. */
function unlock(): void {
  try {
    context ??= new AudioContext();
    if (context.state === 'suspended') void context.resume();
  } catch {
    // Without a sound card the screen and the vibration remain.
  }
}
if (typeof window !== 'undefined') {
  for (const gesture of ['pointerdown', 'keydown'] as const) {
    window.addEventListener(gesture, unlock, { capture: true, passive: true });
  }
}

/** One tone from now + `at` seconds, with soft edges so that it does not click. */
function tone(hertz: number, at: number, length: number, loud: number): void {
  if (context?.state !== 'running') return;
  const from = context.currentTime + at;
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.type = 'square';
  oscillator.frequency.value = hertz;
  gain.gain.setValueAtTime(0, from);
  gain.gain.linearRampToValueAtTime(loud, from + 0.01);
  gain.gain.setValueAtTime(loud, from + length - 0.02);
  gain.gain.linearRampToValueAtTime(0, from + length);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(from);
  oscillator.stop(from + length);
}

function buzz(pattern: number[]): void {
  try {
    navigator.vibrate?.(pattern);
  } catch {
    // Some browsers forbid it before the first touch.
  }
}

function strike(): void {
  if (context?.state === 'suspended') void context.resume();
  for (let i = 0; i < 4; i++) tone(i % 2 ? 740 : 988, i * 0.18, 0.16, 0.25);
  buzz(BUZZ);
}

/** The alarm of a hit: two tones, again and again until `hush`. */
export function ring(): void {
  if (ringing) return;
  unlock();
  strike();
  ringing = setInterval(strike, PERIOD_MS);
}

export function hush(): void {
  clearInterval(ringing);
  ringing = undefined;
  buzz([]);
}

/** One short rising pair, for urgent talk. */
export function ping(): void {
  unlock();
  tone(660, 0, 0.09, 0.15);
  tone(990, 0.12, 0.12, 0.15);
  buzz([120]);
}

/** Whether something would be heard now. */
export function audible(): boolean {
  return context?.state === 'running';
}
