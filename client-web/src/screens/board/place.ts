// Places, as devices give them and as people type them.
import type { Place } from '../../core/types';

export function here(): Promise<Place> {
  return new Promise((done, failed) => {
    if (!('geolocation' in navigator)) {
      failed(new Error('none'));
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const place: Place = { lat: coords.latitude, lon: coords.longitude, accuracy_m: Math.round(coords.accuracy) };
        if (coords.heading != null && coords.speed) place.course_deg = Math.round(coords.heading);
        if (coords.speed) place.speed_kn = Math.round(coords.speed * 19.4384) / 10;
        done(place);
      },
      failed,
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 10_000 },
    );
  });
}

const HEMISPHERES = 'NSEWnsew';

/** One half: `31.95`, `31 57.0 N`, `31°57'08"N`. */
function degrees(text: string): { value: number; axis: 'lat' | 'lon' | '' } | undefined {
  const side = [...text].find((c) => HEMISPHERES.includes(c))?.toUpperCase() ?? '';
  const numbers = text.replace(/[^0-9.\-]+/g, ' ').trim().split(' ').filter(Boolean).map(Number);
  const [whole, minutes = 0, seconds = 0, ...rest] = numbers;
  if (whole === undefined || rest.length || numbers.some(Number.isNaN)) return undefined;
  if (minutes < 0 || minutes >= 60 || seconds < 0 || seconds >= 60) return undefined;
  const size = Math.abs(whole) + minutes / 60 + seconds / 3600;
  const isMinus = whole < 0 || Object.is(whole, -0) || side === 'S' || side === 'W';
  return { value: isMinus ? -size : size, axis: side === '' ? '' : side === 'N' || side === 'S' ? 'lat' : 'lon' };
}

/** Latitude and longitude in decimal degrees or degrees, minutes, seconds; nothing if it is not both. */
export function parsePlace(text: string): Place | undefined {
  // Arabic digits and separators; a decimal comma only where the halves are parted otherwise.
  let plain = text
    .replace(/[٠-٩]/g, (c) => String(c.charCodeAt(0) - 0x660))
    .replace(/[۰-۹]/g, (c) => String(c.charCodeAt(0) - 0x6f0))
    .replace(/٫/g, '.').replace(/[،؛;/]/g, ';').replace(/−/g, '-').trim();
  if (!/^[0-9.,;\-\s°º'’′"”″NSEWnsew]+$/.test(plain)) return undefined;
  if (plain.includes(';')) plain = plain.replace(/,/g, '.');
  let halves = plain.split(plain.includes(';') ? ';' : ',').map((half) => half.trim()).filter(Boolean);
  if (halves.length === 4 && !plain.includes(';')) halves = [`${halves[0]}.${halves[1]}`, `${halves[2]}.${halves[3]}`];
  if (halves.length === 1) {
    const cut = /^(.*?[NSns])\s*(.+)$/.exec(plain);
    halves = cut ? [cut[1] ?? '', cut[2] ?? ''] : plain.split(/\s+/);
  }
  if (halves.length !== 2) return undefined;
  let [first, second] = halves.map(degrees);
  if (!first || !second) return undefined;
  if (first.axis === 'lon' || second.axis === 'lat') [first, second] = [second, first];
  if (first.axis === 'lon' || second.axis === 'lat') return undefined;
  if (Math.abs(first.value) > 90 || Math.abs(second.value) > 180) return undefined;
  return { lat: first.value, lon: second.value };
}

/** `31.95210, 35.91050`: four places after the point are eleven metres. */
export function placeText(place: Place): string {
  return `${place.lat.toFixed(5)}, ${place.lon.toFixed(5)}`;
}
