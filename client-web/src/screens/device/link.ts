// Links such as `/#ticket=…` and `/#room=…`. The part behind # is not sent to any server; it is taken out of the address at once.

function taken(name: string): string {
  const value = new URLSearchParams(location.hash.slice(1)).get(name) ?? '';
  if (value) history.replaceState(history.state, '', location.pathname);
  return value;
}

export const ticketOfLink = (): string => taken('ticket');

/** Nothing if the link names no room. */
export const roomOfLink = (): string => roomOfText(taken('room'));

/** The room that a link or its bare number names; nothing if it is neither. */
export function roomOfText(text: string): string {
  const named = /#(?:.*&)?room=([^&]*)/.exec(text)?.[1] ?? text;
  const id = named.replaceAll(/[\s-]/g, '').toLowerCase();
  return /^[0-9a-f]{32}$/.test(id) ? id : '';
}

export const linkOfRoom = (room: string): string => `${location.origin}/#room=${room}`;
