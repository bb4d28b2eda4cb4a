import { defineConfig } from 'vitest/config';
import { SlowestFirst } from './test/slowest-first.ts';

/** Most tests wait for servers and processes, not for a processor: with more at a time than cores, none is idle. */
const maxWorkers = 4;

/** Each project is one kind of test. */
export default defineConfig({
  test: {
    reporters: process.env.SLUICE_TEST_REPORT
      ? ['default', ['json', { outputFile: process.env.SLUICE_TEST_REPORT }]]
      : ['default'],
    sequence: { sequencer: SlowestFirst },
    projects: [
      { test: { name: 'tidy', include: ['test/tidy/**/*.test.ts'], maxWorkers } },
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/tidy/**', 'test/twin/**', 'test/measured/**'],
          // No test changes what another one loads; to load it again for each file would take a third of the time.
          isolate: false,
          maxWorkers,
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'twin',
          include: ['test/twin/**/*.test.ts'],
          // Each starts a twin of its own, in processes of its own: what is shared is only the clients' code.
          isolate: false,
          maxWorkers,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Times and memory: one file after the other, after all others.
        test: {
          name: 'measured',
          include: ['test/measured/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
