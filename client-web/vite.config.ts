import { readFileSync } from 'node:fs';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';
import { leafletWithoutHtml } from './scripts/leaflet';

/** While developing, files lie under their own names and have no digests; `scripts/build.mjs` puts the table in. */
const bundle: Plugin = {
  name: 'entente-no-bundle',
  resolveId: (id) => (id === 'virtual:bundle' ? '\0virtual:bundle' : undefined),
  load: (id) => (id === '\0virtual:bundle' ? 'export const files = {};' : undefined),
};

/** Of the command line's texts the page says those of things, states and refusals; its help would be ballast. */
const SAID = /^(answer|choice|decision|error|field|hit|kind|policy|rejected|role|rule|stage|state|status)-/;

const sharedTexts: Plugin = {
  name: 'entente-shared-texts',
  enforce: 'pre',
  load(id) {
    if (!/\/client\/locales\/..\/entente\.ftl\?.*raw/.test(id)) return undefined;
    const lines = readFileSync(id.replace(/\?.*$/, ''), 'utf8').split('\n');
    return `export default ${JSON.stringify(lines.filter((line) => SAID.test(line)).join('\n'))}`;
  },
};

export default defineConfig({
  plugins: [sharedTexts, svelte(), bundle, leafletWithoutHtml()],
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
        codeSplitting: false,
        entryFileNames: 'assets/index.[hash].js',
        assetFileNames: (asset) => (asset.names[0]?.endsWith('.css') ? 'assets/index.[hash][extname]' : 'assets/[name].[hash][extname]'),
      },
    },
  },
});
