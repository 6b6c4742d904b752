import { svelte } from '@sveltejs/vite-plugin-svelte';
import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

const page = (name: string) => resolve(import.meta.dirname, `${name}.html`);
// A hub on this machine, for `npm run dev`.
const hub = process.env.SAMBAND_HUB ?? 'http://127.0.0.1:7480';

export default defineConfig({
  plugins: [svelte()],
  build: {
    target: 'es2023',
    rolldownOptions: {
      input: { index: page('index'), console: page('console'), terminal: page('terminal'), wall: page('wall') },
    },
    // A source map is how a fault at a customer's is read; it is served like any other file.
    sourcemap: true,
    chunkSizeWarningLimit: 1200,
  },
  worker: { format: 'es' },
  server: {
    proxy: {
      '/v1': { target: hub, ws: true },
      '/map/base.pmtiles': hub,
      '/map/sources.json': hub,
      '/map/tiles': hub,
      '/map/symbols': hub,
    },
  },
  // Components under test are the browser's, not the server's.
  ...(process.env.VITEST ? { resolve: { conditions: ['browser'] } } : {}),
  test: {
    include: ['core/test/**/*.test.ts', 'src/**/*.test.ts'],
    environment: 'node',
    setupFiles: [],
    // Where the screens are used, and where the clock is changed twice a year.
    env: { TZ: 'Europe/Stockholm' },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
