import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      '{apps,packages}/*/{src,tests}/**/*.test.ts',
      'scripts/**/*.test.ts',
      'e2e/**/*.test.ts',
      'torture/**/*.test.ts',
    ],
    globalSetup: ['packages/testing/src/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Real processes and a real browser, on machines that may be busy: a limit for what hangs, not for what is slow.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
