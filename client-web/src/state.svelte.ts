// What every screen looks at: the device, the open room, where in the app we are, and a clock.
import type { Core } from './core/client';
import { CallError } from './core/client';
import type { Action, Calls, DeviceView, HitView, NoticeView, RoomView } from './core/types';

export type Tab = 'board' | 'map' | 'talk' | 'hits' | 'plan' | 'people' | 'check';
export type Route =
  | { at: 'rooms' }
  | { at: 'open-room' }
  | { at: 'check' }
  | { at: 'settings' }
  | { at: 'analysis'; room?: string }
  | { at: 'room'; room: string; tab: Tab; item?: string };

export interface Alarm { room: string; countries: string[]; hit: HitView; again: boolean; received_ms: number }
export interface Toast { id: number; notice: NoticeView; room?: string }

/** The text's key of a refusal. */
export const errorKey = (code: string): string => (/^(rejected|policy)-/.test(code) ? code : `error-${code.replaceAll('_', '-')}`);

/** Two pictures, as most screens show them. */
const ALARM_FIRST_MS = 50;

class App {
  core!: Core;
  device = $state<DeviceView | null>(null);
  room = $state.raw<RoomView | null>(null);
  route = $state<Route>({ at: 'rooms' });
  /** A room whose link brought somebody here, until it is asked for. */
  invited = $state('');
  /** Hits that ring until somebody here acknowledges or silences them. */
  alarms = $state<Alarm[]>([]);
  toasts = $state<Toast[]>([]);
  progress = $state<{ done: number; all: number } | null>(null);
  /** The hub's time, once a second. */
  now = $state(Date.now());
  #toast = 1;
  #isRinging = false;
  /** The room as it is, while an alarm goes first. */
  #behind: RoomView | undefined;

  attach(core: Core): void {
    this.core = core;
    core.onPush((push) => {
      switch (push.push) {
        case 'device':
          this.device = push.device;
          if (push.device.state !== 'open') {
            this.#behind = undefined;
            this.room = null;
            this.alarms = [];
            this.toasts = [];
          }
          break;
        case 'room':
          if (this.#isRinging) this.#behind = push.room;
          else this.#show(push.room);
          break;
        case 'alarm':
          this.alarms = [...this.alarms.filter(({ hit }) => hit.id !== push.hit.id), push];
          this.#ringFirst();
          break;
        case 'notice':
          this.toast(push.notice, push.room);
          break;
        case 'progress':
          this.progress = push.done < push.all ? push : null;
      }
    });
    setInterval(() => {
      this.now = Date.now() + (this.device?.clock.offset_ms ?? 0);
    }, 1000);
  }

  #show(room: RoomView): void {
    if (this.route.at === 'room' && this.route.room === room.room) this.room = room;
    // What was acknowledged from elsewhere rings no more.
    this.alarms = this.alarms.filter((alarm) => {
      const hit = alarm.room === room.room ? room.hits.find(({ id }) => id === alarm.hit.id) : undefined;
      return !hit || hit.open;
    });
  }

  /** An alarm is on the screen before long lists are drawn again. */
  #ringFirst(): void {
    if (this.#isRinging) return;
    this.#isRinging = true;
    setTimeout(() => {
      this.#isRinging = false;
      if (this.#behind) this.#show(this.#behind);
      this.#behind = undefined;
    }, ALARM_FIRST_MS);
  }

  async go(route: Route): Promise<void> {
    const before = this.route.at === 'room' ? this.route.room : null;
    const after = route.at === 'room' ? route.room : null;
    this.route = route;
    if (before !== after) {
      this.room = null;
      await this.core.call('look_at', after);
    }
  }

  tab(tab: Tab, item?: string): void {
    if (this.route.at === 'room') this.route = { ...this.route, tab, item };
  }

  toast(notice: NoticeView, room?: string): void {
    const id = this.#toast++;
    this.toasts = [...this.toasts.slice(-3), { id, notice, room }];
    const stays = notice.urgency === 'security' ? 30_000 : notice.urgency === 'urgent' ? 12_000 : 5_000;
    setTimeout(() => this.dismiss(id), stays);
  }

  dismiss(id: number): void {
    this.toasts = this.toasts.filter((toast) => toast.id !== id);
  }

  /** Does something in the room that is looked at, or where `place` says; a refusal is shown, and thrown on. */
  async act(action: Action, place?: string): Promise<void> {
    if (this.route.at === 'room') await this.ask('act', this.route.room, action, place);
  }

  /** A call whose refusal is shown as a toast. */
  async ask<K extends keyof Calls>(name: K, ...args: Calls[K]['args']): Promise<Calls[K]['answer']> {
    try {
      return await this.core.call(name, ...args);
    } catch (error) {
      if (error instanceof CallError) {
        this.toast({ kind: errorKey(error.why.code), urgency: 'urgent', args: error.why.args ?? {} });
      } else {
        // No refusal but a fault of the page: not to be lost where a screen waits for refusals.
        reportError(error);
      }
      throw error;
    }
  }
}

export const app = new App();
