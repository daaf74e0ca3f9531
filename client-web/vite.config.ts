import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

/** While developing, files lie under their own names and have no digests; `scripts/build.mjs` puts the table in. */
const bundle: Plugin = {
  name: 'entente-no-bundle',
  resolveId: (id) => (id === 'virtual:bundle' ? '\0virtual:bundle' : undefined),
  load: (id) => (id === '\0virtual:bundle' ? 'export const files = {};' : undefined),
};

export default defineConfig({
  plugins: [svelte(), bundle],
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
