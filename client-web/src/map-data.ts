// The world to draw on: coasts, borders and places of Natural Earth, out of the bundle.
import type { Feature, FeatureCollection, MultiLineString, MultiPolygon, Polygon } from 'geojson';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import { asset } from './assets';

/** Empty for disputed areas: those are drawn, not named. */
interface Named { code?: string; at?: [lat: number, lon: number]; room?: number }
type Atlas = Topology<{ countries: GeometryCollection<Named> }> & { places: [name: string, lat: number, lon: number, thousands: number][] };

export interface Label { text: string; lat: number; lon: number }

export interface World {
  land: FeatureCollection<Polygon | MultiPolygon>;
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
  const land = feature(atlas, countries) as FeatureCollection<Polygon | MultiPolygon, Named>;
  return {
    land,
    coasts: mesh(atlas, countries, (a, b) => a === b),
    borders: mesh(atlas, countries, (a, b) => a !== b),
    countries: land.features.flatMap(({ properties: { code, at, room } }: Feature<Polygon | MultiPolygon, Named>) =>
      code && at ? [{ text: code, lat: at[0], lon: at[1], room: room ?? 0 }] : []),
    places: atlas.places.map(([text, lat, lon, thousands]) => ({ text, lat, lon, thousands })),
  };
}
