// Locks a device that nobody touches, also while its screen is off.

const TOUCHES = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;
const LOOK_MS = 5_000;

/** Calls `lock` once nobody has touched anything for so long; gives what ends it. */
export function watchIdle(minutes: () => number, lock: () => void): () => void {
  let last = Date.now();
  const touched = () => {
    // The first touch after a long sleep is no touch in time.
    if (!look()) last = Date.now();
  };
  const look = (): boolean => {
    const idle = Date.now() - last;
    // A clock that was set back counts as touched.
    if (idle < 0) last = Date.now();
    if (idle < minutes() * 60_000) return false;
    lock();
    return true;
  };
  const timer = setInterval(look, LOOK_MS);
  for (const kind of TOUCHES) window.addEventListener(kind, touched, { capture: true, passive: true });
  document.addEventListener('visibilitychange', look);
  return () => {
    clearInterval(timer);
    for (const kind of TOUCHES) window.removeEventListener(kind, touched, { capture: true });
    document.removeEventListener('visibilitychange', look);
  };
}
