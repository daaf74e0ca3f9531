// How often custody is reported on, as playbooks write it.
export const INTERVALS = ['15m', '30m', '1h', '2h', '4h', '8h', '12h', '24h'] as const;

const UNITS_MS = { m: 60_000, h: 3_600_000 } as const;

export const spanMs = (span: (typeof INTERVALS)[number]): number => Number(span.slice(0, -1)) * UNITS_MS[span.endsWith('m') ? 'm' : 'h'];
