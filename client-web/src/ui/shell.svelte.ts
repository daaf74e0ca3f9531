// What concerns the page as a whole.

class Shell {
  /** The core has stopped: nothing on the screen can be relied on. */
  failed = $state(false);
}

export const shell = new Shell();
