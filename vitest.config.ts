import { configDefaults, defineConfig } from 'vitest/config';
import { DEFAULT_WAIT_SECONDS, readConfig } from './local-stack/src/config.ts';

/** Starts the real parts that a project needs, once for the whole run. */
const globalSetup = ['./local-stack/src/testing/vitest-global-setup.ts'];
const exclude = [...configDefaults.exclude, '.local/**'];
const NEEDS_PARTS = '**/*.{pg,kafka,e2e}.test.ts';

/** STACK_WAIT_SECONDS makes all limits longer on a slow machine. */
const { waitSeconds } = readConfig();
const scaled = (ms: number): number => Math.round((ms * waitSeconds) / DEFAULT_WAIT_SECONDS);
/** A hook starts parts and services, each within this time. */
const hookTimeout = waitSeconds * 1_000;

// The projects run one after the other (groupOrder), because two processors at once would make timings meaningless.
export default defineConfig({
  test: {
    reporters: ['default', './local-stack/src/testing/vitest-reporter.ts'],
    // kafkajs 2.2.4 sets timers in the past, and without this flag Node prints a warning in each worker.
    execArgv: ['--disable-warning=TimeoutNegativeWarning'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...exclude, NEEDS_PARTS],
          maxWorkers: 2,
          testTimeout: scaled(20_000), // a law with a hundred examples, on a loaded machine
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
          maxWorkers: 3, // most tests wait for locks, deadlines and processes, not for a processor
          testTimeout: scaled(20_000),
          hookTimeout,
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
          testTimeout: scaled(30_000),
          hookTimeout,
          maxWorkers: 2, // most tests wait for consumer groups and sessions
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
          testTimeout: scaled(60_000),
          hookTimeout,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
