// The map itself: Leaflet without tiles, and what lies on it.
import L from 'leaflet';
import 'leaflet/dist/leaflet.css';
import { mount, unmount } from 'svelte';
import type { World } from '../../map-data';
import { baseLayer, graticule, inks, names, type Inks } from './base';
import { cluster } from './cluster';
import type { Spot } from './coords';
import { trackOf, weight, type Item } from './items';
import Mark from './Mark.svelte';

export interface View { centre: Spot; zoom: number }
export interface Told {
  select(items: Item[]): void;
  /** Where the pointer is, or the middle of the map. */
  point(spot: Spot, isMiddle: boolean): void;
  moved(view: View, metresPerPixel: number): void;
}

/** What a mark says besides its picture. */
export interface Words { label(items: Item[]): string; age(item: Item): string }

interface Put { marker: L.Marker; looks: string; face: ReturnType<typeof mount> }

const CELL = 46;
const NAMES_FROM = 7;
const MAX_ZOOM = 18;
const MAX_TRACKS = 100;
/** Longer than any of Leaflet's takes. */
const ANIMATION_MS = 500;

export class Chart {
  readonly #map: L.Map;
  readonly #renderer = L.canvas({ padding: 0.4 });
  readonly #grid = L.layerGroup();
  readonly #names = L.layerGroup();
  readonly #tracks = L.layerGroup();
  readonly #own = L.layerGroup();
  readonly #put = new Map<string, Put>();
  #ink: Inks;
  #base: L.LayerGroup | undefined;
  #world: World | undefined;
  #items: Item[] = [];
  #selected: string | undefined;
  #isGone = false;

  constructor(private readonly element: HTMLElement, view: View, private readonly told: Told, private readonly say: Words) {
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#map = L.map(element, {
      attributionControl: false, zoomControl: false, renderer: this.#renderer, minZoom: 1, maxZoom: MAX_ZOOM, worldCopyJump: true,
      maxBounds: [[-88, -1e5], [88, 1e5]], maxBoundsViscosity: 1, zoomAnimation: !calm, fadeAnimation: !calm, markerZoomAnimation: !calm, inertia: !calm,
      center: [view.centre.lat, view.centre.lon], zoom: view.zoom,
    });
    this.#map.createPane('words').style.zIndex = '450';
    this.#map.getPane('words')?.style.setProperty('pointer-events', 'none');
    this.#map.getPane('words')?.setAttribute('aria-hidden', 'true');
    this.#ink = inks(element);
    for (const layer of [this.#grid, this.#names, this.#tracks, this.#own]) layer.addTo(this.#map);
    this.#map.on('moveend resize', () => this.#moved());
    this.#map.on('move', () => this.#pointAtMiddle());
    this.#map.on('mousemove', ({ latlng }) => this.told.point({ lat: latlng.lat, lon: latlng.lng }, false));
    this.#map.on('mouseout', () => this.#pointAtMiddle());
    this.#map.on('click', () => this.told.select([]));
    this.#moved();
  }

  get centre(): Spot {
    const { lat, lng } = this.#map.getCenter();
    return { lat, lon: lng };
  }

  draw(world: World): void {
    this.#world = world;
    this.recolour();
  }

  /** After the theme has changed. */
  recolour(): void {
    this.#ink = inks(this.element);
    this.#base?.remove();
    if (this.#world) this.#base = baseLayer(this.#world, this.#ink, this.#renderer).addTo(this.#map);
    this.#moved();
  }

  show(items: Item[], selected: string | undefined): void {
    // The weightiest first: clusters form around them.
    this.#items = items.toSorted((a, b) => weight(b) - weight(a) || (a.id < b.id ? -1 : 1));
    this.#selected = selected;
    this.#marks();
    this.#lines();
  }

  /** This device, as it knows itself. */
  own(place: { lat: number; lon: number; accuracy_m?: number } | undefined): void {
    this.#own.clearLayers();
    if (!place) return;
    const line = { color: this.#ink.me, weight: 2, interactive: false };
    this.#own.addLayer(L.circle([place.lat, place.lon], { ...line, radius: place.accuracy_m ?? 0, weight: 1, fillOpacity: 0.12 }));
    this.#own.addLayer(L.circleMarker([place.lat, place.lon], { ...line, radius: 7, fillColor: this.#ink.me, fillOpacity: 0.9 }));
  }

  fit(spots: readonly Spot[]): void {
    const bounds = L.latLngBounds(spots.map(({ lat, lon }) => [lat, lon]));
    if (bounds.isValid()) this.#map.fitBounds(bounds, { padding: [56, 56], maxZoom: 12 });
  }

  /** `above` the middle, if something lies over the lower half. */
  goTo({ lat, lon }: Spot, zoom: number, above = false): void {
    const map = this.#map;
    const at = Math.max(zoom, map.getZoom());
    const point = map.project([lat, lon], at).add([0, above ? map.getSize().y * 0.3 : 0]);
    map.setView(map.unproject(point, at), at);
  }

  zoom(by: number): void {
    this.#map.setZoom(this.#map.getZoom() + by);
  }

  resized(): void {
    this.#map.invalidateSize({ pan: false });
  }

  /** Leaflet stumbles over its own timers when a map is taken away in the middle of an animation: it goes after that. */
  destroy(): void {
    this.#isGone = true;
    setTimeout(() => {
      for (const put of this.#put.values()) void unmount(put.face);
      this.#put.clear();
      this.#map.remove();
    }, ANIMATION_MS);
  }

  #moved(): void {
    const map = this.#map;
    const size = map.getSize();
    if (!size.x || !size.y || this.#isGone) return;
    this.#grid.clearLayers();
    for (const layer of graticule(map, this.#ink, this.#renderer)) this.#grid.addLayer(layer);
    this.#names.clearLayers();
    if (this.#world) for (const layer of names(map, this.#world)) this.#names.addLayer(layer);
    this.#marks();
    const [left, right] = [map.containerPointToLatLng([0, size.y / 2]), map.containerPointToLatLng([100, size.y / 2])];
    this.told.moved({ centre: this.centre, zoom: map.getZoom() }, map.distance(left, right) / 100);
    this.told.point(this.centre, true);
  }

  #pointAtMiddle(): void {
    if (!this.#isGone) this.told.point(this.centre, true);
  }

  #marks(): void {
    const map = this.#map;
    const bounds = map.getBounds().pad(0.25);
    const seen = this.#items.filter(({ place }) => bounds.contains([place.lat, place.lon]));
    const dots = seen.map((item) => ({ ...pick(map.project([item.place.lat, item.place.lon])), item }));
    const isNamed = map.getZoom() >= NAMES_FROM;
    const gone = new Set(this.#put.keys());
    for (const { items } of cluster(dots, CELL)) {
      const [first] = items;
      if (!first) continue;
      gone.delete(first.id);
      const selected = items.some(({ id }) => id === this.#selected);
      const age = first.stale ? this.say.age(first) : '';
      const label = this.say.label(items);
      const looks = `${label}|${selected}|${isNamed}|${age}|${items.map(({ id }) => id).join()}`;
      const put = this.#put.get(first.id);
      if (put) put.marker.setLatLng([first.place.lat, first.place.lon]);
      if (put?.looks === looks) continue;
      if (put) this.#drop(first.id, put);
      this.#add(first, items, { selected, isNamed, age }, label, looks);
    }
    for (const id of gone) {
      const put = this.#put.get(id);
      if (put) this.#drop(id, put);
    }
  }

  #add(first: Item, items: Item[], props: { selected: boolean; isNamed: boolean; age: string }, label: string, looks: string): void {
    const html = document.createElement('div');
    const face = mount(Mark, { target: html, props: { items, label, ...props } });
    const icon = L.divIcon({ html, className: 'map-mark', iconSize: [CELL, CELL], iconAnchor: [CELL / 2, CELL / 2] });
    const marker = L.marker([first.place.lat, first.place.lon], { icon, keyboard: true, zIndexOffset: weight(first) * 100, bubblingMouseEvents: false });
    marker.on('click', () => this.#tapped(items)).addTo(this.#map);
    const element = marker.getElement();
    element?.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      event.stopPropagation();
      this.#tapped(items);
    });
    this.#put.set(first.id, { marker, looks, face });
  }

  #drop(id: string, { marker, face }: Put): void {
    marker.remove();
    void unmount(face);
    this.#put.delete(id);
  }

  /** Several are taken apart if the map can do it, and listed if not. */
  #tapped(items: Item[]): void {
    const bounds = L.latLngBounds(items.map(({ place }) => [place.lat, place.lon]));
    const [a, b] = [bounds.getSouthWest(), bounds.getNorthEast()].map((corner) => this.#map.project(corner, MAX_ZOOM - 2));
    if (items.length > 1 && a && b && a.distanceTo(b) > CELL * 2 && this.#map.getZoom() < MAX_ZOOM - 2) this.fitTo(bounds);
    else this.told.select(items);
  }

  private fitTo(bounds: L.LatLngBounds): void {
    this.#map.fitBounds(bounds, { padding: [64, 64], maxZoom: MAX_ZOOM - 2 });
  }

  /** Thin where it comes from, thick where it is. */
  #lines(): void {
    this.#tracks.clearLayers();
    let drawn = 0;
    for (const item of this.#items) {
      if (item.what !== 'target' || drawn >= MAX_TRACKS) continue;
      const points = trackOf(item.target);
      if (points.length < 2) continue;
      drawn += 1;
      const isSelected = item.id === this.#selected;
      const line = { color: this.#ink.track, interactive: false, opacity: item.stale && !isSelected ? 0.4 : 0.85, dashArray: item.stale ? '2 6' : undefined };
      const thirds = [0, Math.floor(points.length / 3), Math.floor((points.length * 2) / 3), points.length - 1];
      thirds.slice(1).forEach((to, part) => {
        const piece = points.slice(thirds[part], to + 1);
        if (piece.length > 1) this.#tracks.addLayer(L.polyline(piece, { ...line, weight: [1.5, 2.5, 4.5][part] }));
      });
      if (isSelected) for (const point of points) this.#tracks.addLayer(L.circleMarker(point, { ...line, dashArray: undefined, radius: 4, fillOpacity: 1 }));
    }
  }
}

const pick = ({ x, y }: L.Point) => ({ x, y });
