// The real page with a core that only pretends. The query says what is to be seen:
//   lang=ar  at=rooms|room|settings|open-room|check  tab=board  item=t0  me=Dune|Petra|Falcon|Garrigue
//   aborted=some|all  state=new|enrolling|locked|open  room=upcoming|closed|halted|removed
//   offline empty exercise many quiet alarm toasts progress failed (without a value)  inner=mine|others: compartments
import { mount } from 'svelte';
import '../src/app.css';
import App from '../src/App.svelte';
import { type Call, Core } from '../src/core/client';
import type { CheckResult, DeviceView, Push, RoomView } from '../src/core/types';
import { lang } from '../src/i18n/index.svelte';
import { app, type Tab } from '../src/state.svelte';
import { shell } from '../src/ui/shell.svelte';
import { NOW, ROOM, device, directory, parties, room, type Wanted } from './fixture-data';

const query = new URLSearchParams(location.search);
const has = (name: string): boolean => query.has(name);
await lang.set((query.get('lang') ?? 'en') as 'en');

const wanted: Wanted = {
  me: query.get('me') ?? 'Dune', offline: has('offline'), empty: has('empty'), exercise: has('exercise'), many: has('many'), quiet: has('quiet'), aborted: query.get('aborted') ?? '', inner: query.get('inner') ?? '',
  state: (query.get('room') ?? 'open') as RoomView['state'],
};
let state = (query.get('state') ?? 'open') as DeviceView['state'];
let view = room(wanted);
let looked: string | null = null;

const port: { postMessage(call: Call): void; onmessage: ((event: MessageEvent) => void) | null } = {
  onmessage: null,
  postMessage({ id, name, args, bytes }) {
    setTimeout(() => {
      try {
        port.onmessage?.({ data: { id, answer: answer(name, JSON.parse(args), bytes) } } as MessageEvent);
      } catch (error) {
        port.onmessage?.({ data: { id, error: { code: (error as Error).message } } } as MessageEvent);
      }
    }, 60);
  },
};
const push = (data: Push) => setTimeout(() => port.onmessage?.({ data } as MessageEvent), 5);
const become = (next: DeviceView['state']) => {
  state = next;
  push({ push: 'device', device: device(state, wanted) });
};

function answer(name: string, args: unknown[], bytes: Uint8Array | undefined): unknown {
  switch (name) {
    case 'device':
      return device(state, wanted);
    case 'enrol':
      if (!String(args[0]).startsWith('ENT1-')) throw new Error('ticket');
      become('enrolling');
      setTimeout(() => become('open'), 4000);
      return null;
    case 'unlock':
      if (new TextDecoder().decode(bytes) !== 'open sesame') throw new Error('wrong-passphrase');
      become('open');
      return null;
    case 'lock':
      become('locked');
      return null;
    case 'wipe':
      become('new');
      return null;
    case 'look_at':
      looked = args[0] as string | null;
      if (looked === ROOM) push({ push: 'room', room: view });
      return null;
    case 'parties':
      return parties;
    case 'directory':
      if (wanted.offline) throw new Error('offline');
      return directory;
    case 'open_room':
      return ROOM;
    case 'act':
      return act(args[1] as { do: string; text?: string; urgent?: boolean });
    case 'check':
      return check(String(args[2]));
    case 'admit':
    case 'dismiss':
      view = { ...view, asking: view.asking.filter(({ who }) => ![args[1]].flat().includes(who.device)) };
      push({ push: 'room', room: view });
      return null;
    case 'document':
      if (wanted.offline) throw new Error('offline');
      return Uint8Array.from(atob('iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAFklEQVR4nGNgYPiPB41KQBCDSgASAAcnv0G9aMAjAAAAAElFTkSuQmCC'), (c) => c.charCodeAt(0));
    default:
      return null;
  }
}

function act(action: { do: string; text?: string; urgent?: boolean }): null {
  view = { ...view, queued: [...view.queued, { id: Date.now(), kind: action.do, text: action.text ?? '', urgent: action.urgent }] };
  push({ push: 'room', room: view });
  return null;
}

function check(text: string): CheckResult {
  const plain = text.toUpperCase().replaceAll(/[^A-Z0-9+]/g, '');
  if (plain.length < 4) return { problem: 'too-short', check_digit: 'none', matches: [] };
  if (plain.startsWith('CSQU')) return { identifier: { text: `container:${plain}`, kind: 'container', value: plain }, check_digit: plain === 'CSQU3054383' ? 'right' : 'wrong', expected: '3', matches: [] };
  const lorry = view.targets[0];
  const isLorry = lorry && plain.includes('83921');
  return {
    identifier: { text: `plate:${plain}`, kind: 'plate', value: plain, country: 'JO' }, check_digit: 'none',
    matches: isLorry ? [{ room: ROOM, target: lorry.id, name: lorry.name, status: lorry.status, owner: lorry.owner, handling: lorry.handling, identifier: lorry.identifiers[0]!, rule: plain.includes('1483921') ? 'exact' : 'without-state', certainty: plain.includes('1483921') ? 100 : 80, notes: lorry.notes }] : [],
  };
}

const target = document.getElementById('app');
if (target) mount(App, { target });
const core = new Core(port as unknown as Worker);
app.attach(core);
app.device = await core.call('device');
if (state === 'open') {
  const at = query.get('at') ?? 'room';
  if (at === 'room') await app.go({ at, room: ROOM, tab: (query.get('tab') ?? 'board') as Tab, item: query.get('item') ?? undefined });
  else await app.go({ at: at as 'rooms' });
}
if (has('alarm') && view.hits[0]) push({ push: 'alarm', room: ROOM, countries: [], hit: view.hits[0], again: false, received_ms: performance.now() });
if (has('progress')) push({ push: 'progress', done: 3, all: 8 });
if (has('failed')) shell.failed = true;
if (has('toasts')) {
  app.toast({ kind: 'phase', urgency: 'normal', args: { who: 'Petra (JO)' } }, ROOM);
  app.toast({ kind: 'urgent', urgency: 'urgent', args: { who: 'Wadi (JO)', text: 'Escort left the motorway. I have lost them.' } }, ROOM);
  app.toast({ kind: 'security', urgency: 'security', args: {} }, ROOM);
}
Object.assign(window, { fixture: { app, push, NOW, ready: true } });
