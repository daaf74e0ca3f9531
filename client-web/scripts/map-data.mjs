// Makes public/map/world.json out of Natural Earth's public domain data: countries from `world-atlas`, populated
// places as `city-timezones` carries them. The file is kept in the repository; this says how it came about.
import { readFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { feature } from 'topojson-client';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { resolve } = createRequire(import.meta.url);
const read = (name) => JSON.parse(readFileSync(resolve(name), 'utf8'));

/** ISO 3166-1: numbers as the atlas has them, letters as people read them. */
const CODES = new Map(
  `004AF 008AL 010AQ 012DZ 016AS 020AD 024AO 028AG 031AZ 032AR 036AU 040AT 044BS 048BH 050BD 051AM 052BB 056BE
  060BM 064BT 068BO 070BA 072BW 076BR 084BZ 086IO 090SB 092VG 096BN 100BG 104MM 108BI 112BY 116KH 120CM 124CA
  132CV 136KY 140CF 144LK 148TD 152CL 156CN 158TW 170CO 174KM 178CG 180CD 184CK 188CR 191HR 192CU 196CY 203CZ
  204BJ 208DK 212DM 214DO 218EC 222SV 226GQ 231ET 232ER 233EE 234FO 238FK 239GS 242FJ 246FI 248AX 250FR 258PF
  260TF 262DJ 266GA 268GE 270GM 275PS 276DE 288GH 296KI 300GR 304GL 308GD 316GU 320GT 324GN 328GY 332HT 334HM
  336VA 340HN 344HK 348HU 352IS 356IN 360ID 364IR 368IQ 372IE 376IL 380IT 384CI 388JM 392JP 398KZ 400JO 404KE
  408KP 410KR 414KW 417KG 418LA 422LB 426LS 428LV 430LR 434LY 438LI 440LT 442LU 446MO 450MG 454MW 458MY 462MV
  466ML 470MT 478MR 480MU 484MX 492MC 496MN 498MD 499ME 500MS 504MA 508MZ 512OM 516NA 520NR 524NP 528NL 531CW
  533AW 534SX 540NC 548VU 554NZ 558NI 562NE 566NG 570NU 574NF 578NO 580MP 583FM 584MH 585PW 586PK 591PA 598PG
  600PY 604PE 608PH 612PN 616PL 620PT 624GW 626TL 630PR 634QA 642RO 643RU 646RW 652BL 654SH 659KN 660AI 662LC
  663MF 666PM 670VC 674SM 678ST 682SA 686SN 688RS 690SC 694SL 702SG 703SK 704VN 705SI 706SO 710ZA 716ZW 724ES
  728SS 729SD 732EH 740SR 748SZ 752SE 756CH 760SY 762TJ 764TH 768TG 776TO 780TT 784AE 788TN 792TR 795TM 796TC
  800UG 804UA 807MK 818EG 826GB 831GG 832JE 833IM 834TZ 840US 850VI 854BF 858UY 860UZ 862VE 876WF 882WS 887YE
  894ZM`.split(/\s+/).map((pair) => [pair.slice(0, 3), pair.slice(3)]),
);

const round = (value, digits) => Number(value.toFixed(digits));

/** Twice the area, and the box, of a ring. */
function measure(ring) {
  let area = 0;
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (let at = 0, before = ring.length - 1; at < ring.length; before = at++) {
    const [x, y] = ring[at];
    area += ring[before][0] * y - x * ring[before][1];
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  }
  return { area: Math.abs(area), box };
}

/** How far inside of the ring a point lies; negative outside. */
function depth([x, y], ring) {
  let inside = false;
  let nearest = Infinity;
  for (let at = 0, before = ring.length - 1; at < ring.length; before = at++) {
    const [ax, ay] = ring[at];
    const [bx, by] = ring[before];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
    const [dx, dy] = [bx - ax, by - ay];
    const along = dx || dy ? Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy))) : 0;
    nearest = Math.min(nearest, Math.hypot(x - ax - along * dx, y - ay - along * dy));
  }
  return inside ? nearest : -nearest;
}

/** Where a country's code is written: well inside of its largest part. */
function labelOf(geometry) {
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
  const rings = polygons.map(([ring]) => ({ ring, ...measure(ring) }));
  const { ring, box } = rings.reduce((a, b) => (a.area >= b.area ? a : b));
  const STEPS = 24;
  let best = { depth: -Infinity, point: [0, 0] };
  for (let row = 1; row < STEPS; row += 1) {
    for (let column = 1; column < STEPS; column += 1) {
      const point = [box[0] + ((box[2] - box[0]) * column) / STEPS, box[1] + ((box[3] - box[1]) * row) / STEPS];
      const found = depth(point, ring);
      if (found > best.depth) best = { depth: found, point };
    }
  }
  return { at: [round(best.point[1], 2), round(best.point[0], 2)], room: round(Math.max(0, best.depth), 2) };
}

const atlas = read('world-atlas/countries-50m.json');
for (const geometry of atlas.objects.countries.geometries) {
  const code = CODES.get(geometry.id);
  delete geometry.id;
  // Disputed areas are drawn, not named.
  geometry.properties = code ? { code, ...labelOf(feature(atlas, geometry).geometry) } : {};
}

/** [name, latitude, longitude, inhabitants in thousands], the largest first. */
const places = read('city-timezones/data/cityMap.json')
  .filter(({ pop }) => pop >= 1)
  .sort((a, b) => b.pop - a.pop || a.city.localeCompare(b.city, 'en') || a.lat - b.lat)
  .map(({ city, lat, lng, pop }) => [city.trim(), round(lat, 3), round(lng, 3), Math.ceil(pop / 1000)]);

const { countries } = atlas.objects;
const world = { type: 'Topology', transform: atlas.transform, objects: { countries }, arcs: atlas.arcs, places };
const out = join(root, 'public/map/world.json');
mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, JSON.stringify(world));
console.log(`${countries.geometries.length} countries, ${places.length} places, ${JSON.stringify(world).length} bytes`);
