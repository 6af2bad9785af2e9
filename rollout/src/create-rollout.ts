import type { EventEmitter } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { type Unleash, UnleashEvents } from 'unleash-client';
import { type Decision, decide } from './decide/decision.ts';
import { withStageOrder } from './decide/stage-order.ts';
import { type FlagState, membersIn, readFlag, type StrategyShape } from './flag/flag-shape.ts';
import { type UnleashClientOptions, unleashClient } from './flag/unleash-client.ts';
import { type StageOrderReader, startStageOrderReader } from './store/stage-order-reader.sql.ts';

/** A start waits this long for Unleash. Then it goes on with the backup file, or on the legacy core. */
const START_WAIT_MS = 3_000;

export type RolloutOptions = UnleashClientOptions & {
  flag: string;
  /**
   * The database of the rollout. A stop that is written there takes effect within a second, whatever Unleash has, and all
   * requests stay on the legacy core until the first read succeeds. Without this option a stop reaches the process only
   * through Unleash.
   */
  stageOrders?: { databaseUrl: string };
  /** Called for a failed fetch and for a token that Unleash refused. */
  onTrouble?: (error: Error) => void;
};

/** Decides once per request which core is primary. Never throws and never waits. */
export type Rollout = {
  /** `null` if the request has no verified customer. */
  decide(subjectId: string | null): Decision;
  /** The stage that this process applies now, or why there is none. */
  flag(): FlagState;
  close(): Promise<void>;
};

/**
 * Starts a decision client. If Unleash does not answer at the start, the backup file decides; without a backup file the
 * legacy core serves. If Unleash does not answer later, the last known state stays in effect. If Unleash refuses the
 * token, the client stops for good and calls `onTrouble`.
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
  const [orders] = await Promise.all([stageOrderReader(options, onTrouble), firstFetch(unleash)]);
  const flag = () => {
    const state = isKnown ? stateOf(unleash, options.flag) : UNKNOWN;
    return orders === null ? state : withStageOrder(state, orders.current());
  };
  return {
    flag,
    decide(subjectId) {
      const decision = decide(flag(), subjectId, Math.random);
      unleash.count(options.flag, decision.primary === 'new'); // so that Unleash shows the flag as used
      return decision;
    },
    async close() {
      closeQuietly(unleash);
      await orders?.close();
    },
  };
}

async function stageOrderReader(
  { stageOrders, flag }: RolloutOptions,
  onTrouble: (error: Error) => void,
): Promise<StageOrderReader | null> {
  return stageOrders === undefined ? null : startStageOrderReader(stageOrders.databaseUrl, flag, onTrouble);
}

/**
 * `destroy` removes the listeners of the client's inner repository (unleash-client 6.12.1). If a fetch fails after that,
 * its `error` event has no listener. The result is an unhandled rejection, which ends the process. So a listener that
 * does nothing is added.
 */
function closeQuietly(unleash: Unleash): void {
  unleash.destroy();
  const { repository } = unleash as unknown as { repository?: EventEmitter };
  repository?.on(UnleashEvents.Error, () => undefined);
}

const UNKNOWN: FlagState = { kind: 'doubt', doubt: 'unleash-unknown' };
const MISSING: FlagState = { kind: 'doubt', doubt: 'flag-missing' };

/** The client returns the same definition object until the next change, so each definition is read once and not per request. */
const states = new WeakMap<object, FlagState>();

function stateOf(unleash: Unleash, name: string): FlagState {
  const definition = unleash.getFeatureToggleDefinition(name);
  if (definition === undefined) return MISSING;
  const known = states.get(definition);
  if (known !== undefined) return known;
  // The same definition with the content of its segments.
  const whole = unleash.getFeatureToggleDefinitions(true).find((feature) => feature.name === name);
  const strategies = (whole?.strategies ?? []) as readonly StrategyShape[];
  const state = readFlag({ enabled: definition.enabled, strategies }, segmentMembers);
  states.set(definition, state);
  return state;
}

function segmentMembers([segment]: readonly unknown[]): readonly string[] | null {
  const { constraints } = (segment ?? {}) as { constraints?: Parameters<typeof membersIn>[0] };
  return constraints === undefined ? null : membersIn(constraints);
}

function firstFetch(unleash: Unleash): Promise<void> {
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
