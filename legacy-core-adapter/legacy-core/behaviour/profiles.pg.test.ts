import type { Core } from '@core-exit/bank-contract';
import { waitFor } from '@core-exit/local-stack/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeHeader } from '../../telegram/telegram.ts';
import { type Customer, type Legacy, newKey, since, startLegacy } from '../../testing/legacy.ts';
import { PROFILES, type ProfileName, WELL } from './behaviour.ts';
import type { BehaviourSimulator } from './behaviour-simulator.ts';

const DEADLINES = { answerWithinMs: 1_000, knownWithinMs: 8_000 };
/** Payouts at the same time, and the rounds until the profile has shown its failure. */
const PAYOUTS = 20;
const MOST_ROUNDS = 15;
const PREFIX_BYTES = 4;

/** The core's action for one request. */
type Reaction = { executed: boolean; outcome: Awaited<ReturnType<BehaviourSimulator['answer']>>; ms: number };
type Shows = (reactions: Reaction[]) => boolean;

const answers = ({ outcome }: Reaction): number => (typeof outcome === 'string' ? 0 : outcome.length);
const isLost = (reaction: Reaction): boolean =>
  typeof reaction.outcome !== 'string' && answers(reaction) === 0;
const isReset = ({ outcome }: Reaction): boolean => outcome === 'reset';
const isRefusal = ({ executed, outcome: [answer] }: Reaction): boolean =>
  !executed && answer instanceof Buffer && decodeHeader(answer.subarray(PREFIX_BYTES)).RSP_CD === 'E503';
const isPlain = (reaction: Reaction): boolean => reaction.executed && answers(reaction) === 1;

/** The visible effect of each profile. The type makes the table complete. */
const SHOWS = {
  well: (reactions) => reactions.every(isPlain),
  published: (reactions) => reactions.every(({ ms }) => ms >= 149) && reactions.some(({ ms }) => ms > 300),
  batch: (reactions) => reactions.some(({ ms }) => ms >= 1_499) && reactions.some(({ ms }) => ms < 1_000),
  stalls: (reactions) => reactions.some(({ ms }) => ms >= 1_900),
  'drops-answers': (reactions) => reactions.some((reaction) => isLost(reaction) && reaction.executed),
  'drops-requests': (reactions) => reactions.some((reaction) => isLost(reaction) && !reaction.executed),
  duplicates: (reactions) => reactions.some((reaction) => answers(reaction) === 2),
  'late-answers': (reactions) =>
    reactions.some((reaction) => isPlain(reaction) && reaction.ms >= DEADLINES.answerWithinMs),
  resets: (reactions) =>
    [true, false].every((done) => reactions.some((d) => isReset(d) && d.executed === done)),
  'reject-storm': (reactions) => reactions.filter(isRefusal).length > reactions.length / 2,
  // behaviour-simulator.pg.test.ts tests its answers
  'cannot-pin': (reactions) => reactions.every(isPlain),
} as const satisfies Record<ProfileName, Shows>;

let legacy: Legacy;
let core: Core;
let reactions: Reaction[];

/** Multiples of the golden ratio, so that every share is drawn soon and about as often as its size. */
let draws = 0;
const evenly = (): number => (++draws * 0.618_033_988_749_895) % 1;

/** Records the simulator's reaction to each request. */
function watch(simulator: BehaviourSimulator): void {
  const answer = simulator.answer.bind(simulator);
  simulator.answer = async (execution) => {
    const startedMs = performance.now();
    let executed = false;
    const execute = async (): Promise<Buffer> => {
      const bytes = await execution.execute();
      executed = true;
      return bytes;
    };
    const outcome = await answer({ ...execution, execute });
    if (execution.header.TR_CD !== 'COM0000')
      reactions.push({ executed, outcome, ms: performance.now() - startedMs });
    return outcome;
  };
}

beforeAll(async () => {
  legacy = await startLegacy(evenly);
  watch(legacy.simulator);
  core = await legacy.coreVia(legacy.port, DEADLINES);
});
afterAll(() => legacy.stop());

const receipts = (customer: Customer): Promise<number> =>
  legacy.countOf('core.interest_payout', 'account_no', customer);

/** Pays a new customer. Afterwards the core works, and the same idempotency key must lead to one receipt. */
async function payTruly(): Promise<() => Promise<void>> {
  const customer = await legacy.open(since(1, 50_000_000n));
  const key = newKey();
  const answer = await core.pay(customer, key, {});
  const outcome = answer.ok ? 'PAID' : answer.problem.code;
  expect(['PAID', 'UNAVAILABLE', 'OUTCOME_UNKNOWN']).toContain(outcome);
  if (outcome !== 'OUTCOME_UNKNOWN') expect(await receipts(customer)).toBe(outcome === 'PAID' ? 1 : 0);
  return async () => {
    // After many calls without an answer the circuit is open for a second.
    const { payout, replayed } = await waitFor(
      async () => {
        const found = await core.pay(customer, key, {});
        return found.ok ? found.body : undefined;
      },
      { timeoutMs: 10_000, what: 'the receipt by its key' },
    );
    expect(payout).toMatchObject({ net: '2329', balanceAfter: '50002329' });
    if (outcome === 'PAID') expect(replayed).toBe(true);
    expect(await receipts(customer)).toBe(1);
  };
}

it.each(Object.keys(PROFILES) as ProfileName[])(
  'under the profile %s every answer is true, and a retry with the same key leads to one payment',
  async (profile) => {
    const shows: Shows = SHOWS[profile];
    reactions = [];
    legacy.simulator.behaviour = PROFILES[profile];
    const again: (() => Promise<void>)[] = [];
    for (let round = 0; round < MOST_ROUNDS && (round === 0 || !shows(reactions)); round++)
      again.push(...(await Promise.all(Array.from({ length: PAYOUTS }, payTruly))));
    expect(shows(reactions)).toBe(true);
    legacy.simulator.behaviour = WELL;
    await Promise.all(again.map((retry) => retry()));
  },
  60_000,
);
