import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: resolve(import.meta.dirname, '..'),
  test: {
    include: ['e2e/**/*.test.ts'],
    environment: 'node',
    // One hub and one browser at a time: two cores, and what is looked at is a person's way through the screens.
    fileParallelism: false,
    // On a machine that others use as well a press can come too late once; what fails twice is a fault.
    retry: process.env.CI ? 1 : 0,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    globalSetup: 'e2e/ready.ts',
  },
});
