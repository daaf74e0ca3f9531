// What lies below: land, coasts, borders, graticule, and the names of countries and places.
import L from 'leaflet';
import type { Label, World } from '../../map-data';
import { graticuleStep, gridLabel } from './coords';

/** Leaflet draws on canvas: colours come from the style sheet, whichever theme is on. */
export function inks(element: Element): Record<'land' | 'coast' | 'border' | 'grid' | 'track' | 'me', string> {
  const style = getComputedStyle(element);
  const ink = (name: string) => style.getPropertyValue(`--map-${name}`).trim();
  return { land: ink('land'), coast: ink('coast'), border: ink('border'), grid: ink('grid'), track: ink('track'), me: ink('me') };
}

export type Inks = ReturnType<typeof inks>;

export function baseLayer(world: World, ink: Inks, renderer: L.Renderer): L.LayerGroup {
  const still = { renderer, interactive: false, smoothFactor: 1.2 };
  return L.layerGroup([
    L.geoJSON(world.land, { ...still, style: { stroke: false, fill: true, fillColor: ink.land, fillOpacity: 1 } } as L.GeoJSONOptions),
    L.geoJSON(world.borders, { ...still, style: { color: ink.border, weight: 1, dashArray: '4 3' } } as L.GeoJSONOptions),
    L.geoJSON(world.coasts, { ...still, style: { color: ink.coast, weight: 1 } } as L.GeoJSONOptions),
  ]);
}

function text(className: string, words: string): L.DivIcon {
  const element = document.createElement('span');
  element.className = className;
  element.textContent = words;
  return L.divIcon({ html: element, className: 'map-words', iconSize: [0, 0] });
}

function words(spot: L.LatLngExpression, className: string, what: string): L.Marker {
  return L.marker(spot, { icon: text(className, what), interactive: false, keyboard: false, pane: 'words' });
}

/** Lines of round degrees, named at the edges. */
export function graticule(map: L.Map, ink: Inks, renderer: L.Renderer): L.Layer[] {
  const bounds = map.getBounds();
  const [south, north] = [Math.max(-85, bounds.getSouth()), Math.min(85, bounds.getNorth())];
  const [west, east] = [bounds.getWest(), bounds.getEast()];
  const step = graticuleStep(Math.min(east - west, north - south));
  const line = { color: ink.grid, weight: 1, interactive: false, renderer };
  const size = map.getSize();
  // The controls are on the other side.
  const isRight = getComputedStyle(document.documentElement).direction === 'rtl';
  const edge = map.containerPointToLatLng([isRight ? size.x - 2 : 2, size.y - 4]);
  const layers: L.Layer[] = [];
  for (let at = Math.ceil(south / step); at * step <= north; at += 1) {
    const lat = at * step;
    layers.push(L.polyline([[lat, west - 180], [lat, east + 180]], line), words([lat, edge.lng], isRight ? 'grid right' : 'grid', gridLabel(lat, 'lat')));
  }
  for (let at = Math.ceil(west / step); at * step <= east; at += 1) {
    const lon = at * step;
    layers.push(L.polyline([[-85, lon], [85, lon]], line), words([edge.lat, lon], 'grid low', gridLabel(lon, 'lon')));
  }
  return layers;
}

/** Inhabitants, in thousands, from which on a place is named. */
const NAMED_FROM = [Infinity, Infinity, Infinity, Infinity, 4000, 1500, 500, 150, 40, 10];
const MAX_LABELS = 70;
const LINE = 15;

/** Names that do not run into each other, the largest first. */
export function names(map: L.Map, world: World): L.Layer[] {
  const zoom = map.getZoom();
  const bounds = map.getBounds().pad(0.1);
  const perDegree = (256 * 2 ** zoom) / 360;
  const taken: { x: number; y: number; w: number }[] = [];
  const layers: L.Layer[] = [];

  const fits = ({ text: what, lat, lon }: Label): boolean => {
    if (layers.length >= MAX_LABELS || !bounds.contains([lat, lon])) return false;
    const { x, y } = map.latLngToContainerPoint([lat, lon]);
    const w = what.length * 6.5 + 14;
    if (taken.some((other) => Math.abs(other.y - y) < LINE && x < other.x + other.w && other.x < x + w)) return false;
    taken.push({ x, y, w });
    return true;
  };

  if (zoom <= 8) {
    for (const label of world.countries) {
      if (label.room * perDegree > 8 && fits(label)) layers.push(words([label.lat, label.lon], 'nation', label.text));
    }
  }
  const from = NAMED_FROM[Math.floor(zoom)] ?? 0;
  for (const label of world.places) {
    if (label.thousands < from) break;
    if (fits(label)) layers.push(words([label.lat, label.lon], 'town', label.text));
  }
  return layers;
}
