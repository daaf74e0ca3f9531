// Coordinates as they are read out, and distances.

export interface Spot { lat: number; lon: number }

/** `31.95210, 35.91050`: four places after the point are eleven metres. */
export function decimal({ lat, lon }: Spot): string {
  return `${lat.toFixed(5)}, ${wrap(lon).toFixed(5)}`;
}

/** `31°57′07.6″N 035°54′37.8″E`, as charts have it. */
export function dms({ lat, lon }: Spot): string {
  return `${angle(lat, 2, 'N', 'S')} ${angle(wrap(lon), 3, 'E', 'W')}`;
}

function angle(value: number, width: number, plus: string, minus: string): string {
  // Tenths of a second first: no 60 after rounding.
  const tenths = Math.round(Math.abs(value) * 36_000);
  const [degrees, minutes, seconds] = [Math.floor(tenths / 36_000), Math.floor(tenths / 600) % 60, (tenths % 600) / 10];
  const two = (text: string) => text.padStart(2, '0');
  const side = tenths === 0 || value >= 0 ? plus : minus;
  return `${String(degrees).padStart(width, '0')}°${two(String(minutes))}′${seconds.toFixed(1).padStart(4, '0')}″${side}`;
}

/** The map goes round; longitudes do not. */
export function wrap(lon: number): number {
  return lon >= -180 && lon <= 180 ? lon : ((((lon + 180) % 360) + 360) % 360) - 180;
}

/** The largest of 1, 2, 5, 10, … that fits. */
export function roundDown(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const lead = value / power;
  return (lead >= 5 ? 5 : lead >= 2 ? 2 : 1) * power;
}

const STEPS = [30, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];

/** Degrees between two lines of the graticule, so that four or so are in sight. */
export function graticuleStep(spanDegrees: number): number {
  return STEPS.find((step) => spanDegrees / step >= 4) ?? 0.001;
}

/** `35.5°E`. */
export function gridLabel(value: number, axis: 'lat' | 'lon'): string {
  const degrees = axis === 'lon' ? wrap(value) : value;
  const size = Number(Math.abs(degrees).toFixed(3));
  const side = size === 0 || (axis === 'lon' && size === 180) ? '' : axis === 'lat' ? (degrees > 0 ? 'N' : 'S') : degrees > 0 ? 'E' : 'W';
  return `${size}°${side}`;
}

