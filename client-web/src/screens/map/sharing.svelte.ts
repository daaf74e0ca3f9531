// This device's position, shared with one room as long as its officer wants: also while another place of the room is
// on the screen, never after the room is left or the device locked.
import type { Place } from '../../core/types';
import { app } from '../../state.svelte';

const EVERY_MS = 15_000;

function placeOf({ coords }: GeolocationPosition): Place {
  const place: Place = { lat: coords.latitude, lon: coords.longitude, accuracy_m: Math.round(coords.accuracy) };
  if (coords.speed) {
    place.speed_kn = Math.round(coords.speed * 19.4384) / 10;
    if (coords.heading !== null && !Number.isNaN(coords.heading)) place.course_deg = Math.round(coords.heading);
  }
  return place;
}

/** Where this device is, once; nobody is told. */
export function here(): Promise<Place> {
  return new Promise((done, failed) => {
    if (!('geolocation' in navigator)) {
      failed(new Error('none'));
      return;
    }
    navigator.geolocation.getCurrentPosition((found) => done(placeOf(found)), failed, { enableHighAccuracy: true, timeout: 15_000, maximumAge: 10_000 });
  });
}

class Sharing {
  /** The room that is told; null for none. */
  room = $state<string | null>(null);
  place = $state.raw<Place | undefined>();
  sent_ms = $state<number | undefined>();
  /** `denied`: the officer or the system forbids it. `lost`: no position now. `unsent`: the room could not be told. */
  problem = $state<'denied' | 'lost' | 'unsent' | null>(null);
  #watch: number | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #fresh = false;
  #last = -EVERY_MS;

  start(room: string): void {
    this.stop();
    if (!('geolocation' in navigator)) {
      this.problem = 'denied';
      return;
    }
    this.room = room;
    this.#watch = navigator.geolocation.watchPosition(
      (found) => {
        this.place = placeOf(found);
        this.#fresh = true;
        if (this.problem === 'lost') this.problem = null;
        this.#tell();
      },
      ({ code, PERMISSION_DENIED }) => {
        if (code === PERMISSION_DENIED) this.stop();
        this.problem = code === PERMISSION_DENIED ? 'denied' : 'lost';
      },
      { enableHighAccuracy: true, maximumAge: 5_000 },
    );
    this.#timer = setInterval(() => this.#tell(), 1_000);
  }

  stop(): void {
    if (this.#watch !== undefined) navigator.geolocation.clearWatch(this.#watch);
    clearInterval(this.#timer);
    this.#watch = undefined;
    this.#timer = undefined;
    this.#fresh = false;
    this.#last = -EVERY_MS;
    this.room = null;
    this.place = undefined;
    this.sent_ms = undefined;
    this.problem = null;
  }

  #tell(): void {
    const { room, place } = this;
    const isHere = app.device?.state === 'open' && app.route.at === 'room' && app.route.room === room;
    const isOver = app.room !== null && app.room.room === room && app.room.state !== 'open';
    if (!room || !isHere || isOver) {
      this.stop();
      return;
    }
    // A place that was told is not told again as if it were new.
    if (!place || !this.#fresh || performance.now() - this.#last < EVERY_MS) return;
    this.#last = performance.now();
    this.#fresh = false;
    app.core.call('position', room, place).then(
      () => {
        if (this.room !== room) return;
        this.sent_ms = app.now;
        this.problem = null;
      },
      () => {
        if (this.room === room) this.problem = 'unsent';
      },
    );
  }
}

export const sharing = new Sharing();
