// The places of a room, their icons and what waits in each.
import type { Component } from 'svelte';
import ClipboardList from '@lucide/svelte/icons/clipboard-list';
import ListChecks from '@lucide/svelte/icons/list-checks';
import Map from '@lucide/svelte/icons/map';
import MessageSquare from '@lucide/svelte/icons/message-square';
import Siren from '@lucide/svelte/icons/siren';
import Users from '@lucide/svelte/icons/users';
import type { RoomSummary, RoomView } from '../../core/types';
import type { Tab } from '../../state.svelte';
import { mayAdmit } from '../people/groups';

export interface Place { tab: Tab; key: string; icon: Component<{ size?: number; 'aria-hidden'?: 'true' }> }

export const PLACES: Place[] = [
  { tab: 'board', key: 'web-shell-tab-board', icon: ClipboardList },
  { tab: 'map', key: 'web-shell-tab-map', icon: Map },
  { tab: 'talk', key: 'web-shell-tab-talk', icon: MessageSquare },
  { tab: 'hits', key: 'web-shell-tab-hits', icon: Siren },
  { tab: 'plan', key: 'web-shell-tab-plan', icon: ListChecks },
  { tab: 'people', key: 'web-shell-tab-people', icon: Users },
];

/** On a desk these stand beside the others all the time. */
export const BESIDE: readonly Tab[] = ['map', 'talk'];

const unsigned = (room: RoomView): number => (room.can.includes('amend') ? room.amendments.filter((one) => !one.signed_by_me).length : 0);

/** How much waits there for this officer. */
export function waiting(tab: Tab, room: RoomView | null, summary: RoomSummary | undefined): number {
  switch (tab) {
    case 'hits':
      return room ? room.hits.filter((hit) => hit.needs_me).length : (summary?.hits_for_me ?? 0);
    case 'talk':
      return summary?.unread ?? 0;
    case 'plan':
      return room?.plan.needs_my_vote ? 1 : 0;
    case 'people':
      return room ? unsigned(room) + room.asking.filter(({ who }) => mayAdmit(who, room)).length : 0;
    case 'check':
      return room?.checks.filter((check) => check.needs_me).length ?? 0;
    default:
      return 0;
  }
}
