import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: resolve(import.meta.dirname, '..'),
  test: {
    include: ['e2e/**/*.test.ts'],
    environment: 'node',
    // Two hubs and two browsers at a time: most of the time is spent waiting, as a screen does before it believes that the hub is gone.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    globalSetup: 'e2e/ready.ts',
  },
});
