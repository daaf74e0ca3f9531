// The world to draw on: coasts, borders and places of Natural Earth, out of the bundle.
import type { FeatureCollection, MultiLineString, MultiPolygon, Polygon, Position } from 'geojson';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import { asset } from './assets';

/** Empty for disputed areas: those are drawn, not named. */
interface Named { code?: string; at?: [lat: number, lon: number]; room?: number }
type Atlas = Topology<{ countries: GeometryCollection<Named> }> & { places: [name: string, lat: number, lon: number, thousands: number][] };

export interface Label { text: string; lat: number; lon: number }

export interface World {
  land: MultiPolygon;
  coasts: MultiLineString;
  borders: MultiLineString;
  /** `room` says in degrees how much there is around the label. */
  countries: (Label & { room: number })[];
  /** The largest first. */
  places: (Label & { thousands: number })[];
}

let loading: Promise<World> | undefined;

/** Loaded once; after a failure it can be asked again. */
export function world(): Promise<World> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load(): Promise<World> {
  const atlas = (await (await asset('map/world.json')).json()) as Atlas;
  const { countries } = atlas.objects;
  const { features } = feature(atlas, countries) as FeatureCollection<Polygon | MultiPolygon, Named>;
  const polygons = features.flatMap(({ geometry }) => (geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates));
  return {
    land: { type: 'MultiPolygon', coordinates: polygons.map((rings) => rings.map((ring) => aroundPole(unwrap(ring)))).flatMap(twice) },
    coasts: lines(mesh(atlas, countries, (a, b) => a === b)),
    borders: lines(mesh(atlas, countries, (a, b) => a !== b)),
    countries: features.flatMap(({ properties: { code, at, room } }) => (code && at ? [{ text: code, lat: at[0], lon: at[1], room: room ?? 0 }] : [])),
    places: atlas.places.map(([text, lat, lon, thousands]) => ({ text, lat, lon, thousands })),
  };
}

// The atlas is of a globe, the map is flat: what runs over the date line must not run back across the whole map.

/** The same line without a jump from 180° to -180°: it goes on beyond. */
export function unwrap(line: readonly Position[]): Position[] {
  let shift = 0;
  let before = line[0]?.[0] ?? 0;
  return line.map(([lon = 0, lat = 0]) => {
    if (lon - before > 180) shift -= 360;
    else if (lon - before < -180) shift += 360;
    before = lon;
    return [lon + shift, lat];
  });
}

/** A ring that does not come back to where it began goes round a pole: only the southern one has land. */
export function aroundPole(ring: Position[]): Position[] {
  const [first, last] = [ring[0], ring.at(-1)];
  if (!first || !last || Math.abs((first[0] ?? 0) - (last[0] ?? 0)) < 180) return ring;
  return [...ring, [last[0] ?? 0, -90], [first[0] ?? 0, -90], first];
}

/** What reaches beyond the map's edge is drawn on the other side too. */
function twice(rings: Position[][]): Position[][][] {
  const beyond = overhang(rings[0] ?? []);
  return beyond ? [rings, rings.map((ring) => moved(ring, beyond))] : [rings];
}

function lines({ coordinates }: MultiLineString): MultiLineString {
  const whole = coordinates.map(unwrap);
  return {
    type: 'MultiLineString',
    coordinates: whole.flatMap((line) => {
      const beyond = overhang(line);
      return beyond ? [line, moved(line, beyond)] : [line];
    }),
  };
}

const overhang = (line: readonly Position[]): number => (line.some(([lon = 0]) => lon > 180) ? -360 : line.some(([lon = 0]) => lon < -180) ? 360 : 0);
const moved = (line: readonly Position[], by: number): Position[] => line.map(([lon = 0, lat = 0]) => [lon + by, lat]);
