import type { EventEmitter } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { type Unleash, UnleashEvents } from 'unleash-client';
import { type Decision, decide } from './decision.ts';
import { type FlagState, membersIn, readFlag, type StrategyShape } from './flag-shape.ts';
import { withStopOrder } from './stop-order.ts';
import { type StopOrderReader, startStopOrderReader } from './stop-order-reader.ts';
import { unleashClient } from './unleash-client.ts';

/** How long a start waits for Unleash before it goes on without: with the backup file, else on the legacy core. */
const START_WAIT_MS = 3_000;
export type RolloutOptions = {
  /** Base address of the Unleash server, with or without `/api`. */
  unleashUrl: string;
  /** A backend token for one environment. */
  token: string;
  /** Names this client in Unleash and its backup file. */
  appName: string;
  flag: string;
  /** Directory of the backup file; each client needs its own. Created when missing. */
  backupPath: string;
  /**
   * After a failed fetch the client waits one interval more for each failure, up to eleven, and comes down by one a
   * success: a short interval is also what makes it quick again after an outage.
   */
  refreshIntervalMs?: number;
  /**
   * The rollout's database: a stop written there is obeyed within a second, whatever Unleash says, and until it was
   * read once everybody stays on the legacy core. Left out: a stop reaches this process through Unleash only.
   */
  stopOrders?: { databaseUrl: string };
  /** The flag's definition (a response of Unleash's client API) to begin with where there is no Unleash and no backup. */
  bootstrapFile?: string;
  /** Trouble of the client: fetches that failed, a token that was refused. */
  onTrouble?: (error: Error) => void;
};

/** Answers, once per request, which core is primary. Never throws, never waits. */
export type Rollout = {
  /** `null`: the request names no verified customer. */
  decide(subjectId: string | null): Decision;
  /** The stage in force here and now, or why there is none. */
  flag(): FlagState;
  close(): Promise<void>;
};

/**
 * Starts a decision client. Unleash unreachable at the start: the backup file decides, else the legacy core;
 * unreachable later: the last known state. A refused token stops the client for good (it says so by `onTrouble`).
 */
export async function createRollout(options: RolloutOptions): Promise<Rollout> {
  await mkdir(options.backupPath, { recursive: true });
  const unleash = unleashClient(options);
  const onTrouble = options.onTrouble ?? (() => undefined);
  unleash.on(UnleashEvents.Error, (error: unknown) => onTrouble(asError(error)));
  unleash.on(UnleashEvents.Warn, (warning: unknown) => onTrouble(asError(warning)));
  let isKnown = false;
  unleash.on(UnleashEvents.Ready, () => {
    isKnown = true;
  });
  const [stops] = await Promise.all([stopOrders(options, onTrouble), firstNews(unleash)]);
  const flag = () => {
    const said = isKnown ? stateOf(unleash, options.flag) : UNKNOWN;
    return stops === null ? said : withStopOrder(said, stops.current());
  };
  return {
    flag,
    decide(subjectId) {
      const decision = decide(flag(), subjectId, Math.random);
      unleash.count(options.flag, decision.primary === 'new'); // so that Unleash knows the flag is in use
      return decision;
    },
    async close() {
      closeQuietly(unleash);
      await stops?.close();
    },
  };
}

async function stopOrders(
  { stopOrders: from, flag }: RolloutOptions,
  onTrouble: (error: Error) => void,
): Promise<StopOrderReader | null> {
  return from === undefined ? null : startStopOrderReader(from.databaseUrl, flag, onTrouble);
}

/**
 * `destroy` takes the listeners off the client's inner repository (unleash-client 6.12.1): a fetch that fails after it
 * emits `error` to nobody, and that is an unhandled rejection, which ends the process. So somebody listens.
 */
function closeQuietly(unleash: Unleash): void {
  unleash.destroy();
  const { repository } = unleash as unknown as { repository?: EventEmitter };
  repository?.on(UnleashEvents.Error, () => undefined);
}

const UNKNOWN: FlagState = { kind: 'doubt', doubt: 'unleash-unknown' };
const MISSING: FlagState = { kind: 'doubt', doubt: 'flag-missing' };

/** The client keeps one definition object until the next change, so it is read once and not once a request. */
const states = new WeakMap<object, FlagState>();

function stateOf(unleash: Unleash, name: string): FlagState {
  const definition = unleash.getFeatureToggleDefinition(name);
  if (definition === undefined) return MISSING;
  const known = states.get(definition);
  if (known !== undefined) return known;
  // The same definition with its segments written out.
  const whole = unleash.getFeatureToggleDefinitions(true).find((feature) => feature.name === name);
  const strategies = (whole?.strategies ?? []) as readonly StrategyShape[];
  const state = readFlag({ enabled: definition.enabled, strategies }, namedIn);
  states.set(definition, state);
  return state;
}

function namedIn([segment]: readonly unknown[]): readonly string[] | null {
  const { constraints } = (segment ?? {}) as { constraints?: Parameters<typeof membersIn>[0] };
  return constraints === undefined ? null : membersIn(constraints);
}

function firstNews(unleash: Unleash): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, START_WAIT_MS);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    unleash.once(UnleashEvents.Synchronized, done);
    unleash.once(UnleashEvents.Error, done);
  });
}

function asError(trouble: unknown): Error {
  return trouble instanceof Error ? trouble : new Error(String(trouble));
}
