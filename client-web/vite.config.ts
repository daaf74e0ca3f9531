import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';
import { leafletWithoutHtml } from './scripts/leaflet';
import { LANGUAGES, pageTexts, safetyWords } from './scripts/texts.mjs';

/** Parts are loaded by `src/parts.svelte.ts`, with their digests; Vite's own way has none. */
const parts: Plugin = {
  name: 'entente-parts',
  enforce: 'pre',
  apply: 'build',
  load: (id) => (id === '\0vite/preload-helper.js' ? 'export const __vitePreload = (load) => load();' : undefined),
};

/** While developing, files lie under their own names and have no digests; `scripts/build.mjs` puts the table in. */
const bundle: Plugin = {
  name: 'entente-no-bundle',
  resolveId: (id) => (id === 'virtual:bundle' ? '\0virtual:bundle' : undefined),
  load: (id) => (id === '\0virtual:bundle' ? 'export const files = {};' : undefined),
};

/** While developing and in tests, all languages at once. */
const texts: Plugin = {
  name: 'entente-texts',
  resolveId: (id) => (id === 'virtual:texts' ? '\0virtual:texts' : undefined),
  load(id) {
    if (id !== '\0virtual:texts') return undefined;
    const all = (of: (lang: string) => string) => JSON.stringify(Object.fromEntries(LANGUAGES.map((lang) => [lang, of(lang)])));
    return `export const texts = ${all(pageTexts)};\nexport const words = ${all(safetyWords)};`;
  },
};

export default defineConfig({
  plugins: [svelte(), parts, bundle, texts, leafletWithoutHtml()],
  server: { fs: { allow: ['..'] } },
  build: {
    target: 'es2022',
    sourcemap: false,
    modulePreload: false,
    cssCodeSplit: false,
    // Pictures stay files: the policy of the page knows no data: scripts or sheets.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        entryFileNames: 'assets/index.[hash].js',
        chunkFileNames: 'assets/[name].[hash].js',
        codeSplitting: {
          groups: [
            // What the first screen has is no part's; what several parts have is one script beside them.
            { name: 'base', tags: ['$initial'] },
            { name: 'shared', minShareCount: 2 },
          ],
        },
        assetFileNames: (asset) => (asset.names[0]?.endsWith('.css') ? 'assets/index.[hash][extname]' : 'assets/[name].[hash][extname]'),
      },
    },
  },
});
