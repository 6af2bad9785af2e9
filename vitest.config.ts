import { configDefaults, defineConfig } from 'vitest/config';

/** Projects that need real parts get them from the global setup, once for the whole run. */
const globalSetup = ['./local-stack/src/vitest-global-setup.ts'];
const exclude = [...configDefaults.exclude, '.local/**'];
const NEEDS_PARTS = '**/*.{pg,kafka,e2e}.test.ts';

// One project after the other (groupOrder): two cores would only make them slower and their timings worthless.
export default defineConfig({
  test: {
    reporters: ['default', './local-stack/src/vitest-reporter.ts'],
    // kafkajs 2.2.4 sets timers in the past; Node would warn about it in each worker.
    execArgv: ['--disable-warning=TimeoutNegativeWarning'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...exclude, NEEDS_PARTS],
          maxWorkers: 2,
          testTimeout: 20_000, // laws of a hundred examples, on a machine that does other things
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'postgres',
          include: ['**/*.pg.test.ts'],
          exclude,
          globalSetup,
          maxWorkers: 3, // most of them wait for locks, deadlines and processes, not for a processor
          testTimeout: 20_000,
          hookTimeout: 30_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'kafka',
          include: ['**/*.kafka.test.ts'],
          exclude,
          globalSetup,
          testTimeout: 30_000,
          hookTimeout: 30_000,
          maxWorkers: 2, // they wait for groups and sessions more than they work
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['**/*.e2e.test.ts'],
          exclude,
          globalSetup,
          testTimeout: 60_000,
          hookTimeout: 120_000, // a whole bank starts in 10 s; a machine that does other things takes longer
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
