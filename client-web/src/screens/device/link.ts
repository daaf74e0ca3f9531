/** The ticket of a link such as `/#ticket=…`. The part behind # is not sent to any server; it is taken out of the address at once. */
export function ticketOfLink(): string {
  const ticket = new URLSearchParams(location.hash.slice(1)).get('ticket') ?? '';
  if (ticket) history.replaceState(history.state, '', location.pathname);
  return ticket;
}
