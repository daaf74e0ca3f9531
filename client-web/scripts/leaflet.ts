// Leaflet asks what the browser can do by writing HTML, when it is loaded. The page's policy forbids that, and what
// it asks has been true of every browser for years.
import type { Plugin } from 'vite';

const ASKS: [from: string, to: string][] = [
  ["div.innerHTML = '<svg/>';", "div.appendChild(document.createElementNS('http://www.w3.org/2000/svg', 'svg'));"],
  [`div.innerHTML = '<v:shape adj="1"/>';`, "throw new Error('none');"],
];

export const leafletWithoutHtml = (): Plugin => ({
  name: 'entente-leaflet',
  apply: 'build',
  transform(code, id) {
    if (!/\/leaflet\/dist\/leaflet-src(\.esm)?\.js/.test(id)) return undefined;
    let changed = code;
    for (const [from, to] of ASKS) {
      if (!changed.includes(from)) throw new Error(`leaflet: no ${from}`);
      changed = changed.replace(from, to);
    }
    return { code: changed, map: null };
  },
});
