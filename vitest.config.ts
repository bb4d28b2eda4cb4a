import { defineConfig } from 'vitest/config';

/** Each project is one kind of test; `twin` starts servers and measures, so its files run one after the other, after the rest. */
export default defineConfig({
  test: {
    reporters: process.env.SLUICE_TEST_REPORT
      ? ['default', ['json', { outputFile: process.env.SLUICE_TEST_REPORT }]]
      : ['default'],
    projects: [
      { test: { name: 'tidy', include: ['test/tidy/**/*.test.ts'] } },
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/tidy/**', 'test/twin/**'],
          // Most tests wait for servers, not for a processor.
          maxWorkers: 4,
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'twin',
          include: ['test/twin/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
