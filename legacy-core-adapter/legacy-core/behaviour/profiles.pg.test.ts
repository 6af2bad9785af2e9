import type { Core } from '@core-exit/bank-contract';
import { waitFor } from '@core-exit/local-stack/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeHeader } from '../../telegram/telegram.ts';
import { type Customer, type Legacy, newKey, since, startLegacy } from '../../testing/legacy.ts';
import { PROFILES, type ProfileName, WELL } from './behaviour.ts';
import type { BehaviourSimulator } from './behaviour-simulator.ts';

const DEADLINES = { answerWithinMs: 1_000, knownWithinMs: 8_000 };
/** Payouts that arrive together, and how often until the profile has shown itself. */
const PAYOUTS = 20;
const MOST_ROUNDS = 15;
const PREFIX_BYTES = 4;

/** What the core did with one request. */
type Deed = { executed: boolean; outcome: Awaited<ReturnType<BehaviourSimulator['answer']>>; ms: number };
type Shows = (deeds: Deed[]) => boolean;

const answers = ({ outcome }: Deed): number => (typeof outcome === 'string' ? 0 : outcome.length);
const isLost = (deed: Deed): boolean => typeof deed.outcome !== 'string' && answers(deed) === 0;
const isReset = ({ outcome }: Deed): boolean => outcome === 'reset';
const isRefusal = ({ executed, outcome: [answer] }: Deed): boolean =>
  !executed && answer instanceof Buffer && decodeHeader(answer.subarray(PREFIX_BYTES)).RSP_CD === 'E503';
const isPlain = (deed: Deed): boolean => deed.executed && answers(deed) === 1;

/** How each profile shows; complete by type. */
const SHOWS = {
  well: (deeds) => deeds.every(isPlain),
  published: (deeds) => deeds.every(({ ms }) => ms >= 149) && deeds.some(({ ms }) => ms > 300),
  batch: (deeds) => deeds.some(({ ms }) => ms >= 1_499) && deeds.some(({ ms }) => ms < 1_000),
  stalls: (deeds) => deeds.some(({ ms }) => ms >= 1_900),
  'drops-answers': (deeds) => deeds.some((deed) => isLost(deed) && deed.executed),
  'drops-requests': (deeds) => deeds.some((deed) => isLost(deed) && !deed.executed),
  duplicates: (deeds) => deeds.some((deed) => answers(deed) === 2),
  'late-answers': (deeds) => deeds.some((deed) => isPlain(deed) && deed.ms >= DEADLINES.answerWithinMs),
  resets: (deeds) => [true, false].every((done) => deeds.some((d) => isReset(d) && d.executed === done)),
  'reject-storm': (deeds) => deeds.filter(isRefusal).length > deeds.length / 2,
  // what it answers instead of a past basis: behaviour.pg.test.ts
  'cannot-pin': (deeds) => deeds.every(isPlain),
} as const satisfies Record<ProfileName, Shows>;

let legacy: Legacy;
let core: Core;
let deeds: Deed[];

/** Multiples of the golden ratio: every share comes up soon, and about as often as it says. */
let draws = 0;
const evenly = (): number => (++draws * 0.618_033_988_749_895) % 1;

/** Watches what the core's conduct makes of each request. */
function watch(conduct: BehaviourSimulator): void {
  const answer = conduct.answer.bind(conduct);
  conduct.answer = async (work) => {
    const startedMs = performance.now();
    let executed = false;
    const execute = async (): Promise<Buffer> => {
      const bytes = await work.execute();
      executed = true;
      return bytes;
    };
    const outcome = await answer({ ...work, execute });
    if (work.header.TR_CD !== 'COM0000') deeds.push({ executed, outcome, ms: performance.now() - startedMs });
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

/** Pays a new customer; then the core is well, and the same key must lead to one receipt. */
async function payTruly(): Promise<() => Promise<void>> {
  const customer = await legacy.open(since(1, 50_000_000n));
  const key = newKey();
  const answer = await core.pay(customer, key, {});
  const told = answer.ok ? 'PAID' : answer.problem.code;
  expect(['PAID', 'UNAVAILABLE', 'OUTCOME_UNKNOWN']).toContain(told);
  if (told !== 'OUTCOME_UNKNOWN') expect(await receipts(customer)).toBe(told === 'PAID' ? 1 : 0);
  return async () => {
    // after many calls without an answer the adapter leaves the core alone for a second
    const { payout, replayed } = await waitFor(
      async () => {
        const found = await core.pay(customer, key, {});
        return found.ok ? found.body : undefined;
      },
      { timeoutMs: 10_000, what: 'the receipt by its key' },
    );
    expect(payout).toMatchObject({ net: '2329', balanceAfter: '50002329' });
    if (told === 'PAID') expect(replayed).toBe(true);
    expect(await receipts(customer)).toBe(1);
  };
}

it.each(Object.keys(PROFILES) as ProfileName[])(
  'under the profile %s everybody is told the truth, and asked again with the same key all are paid once',
  async (profile) => {
    const shows: Shows = SHOWS[profile];
    deeds = [];
    legacy.simulator.behaviour = PROFILES[profile];
    const again: (() => Promise<void>)[] = [];
    for (let round = 0; round < MOST_ROUNDS && (round === 0 || !shows(deeds)); round++)
      again.push(...(await Promise.all(Array.from({ length: PAYOUTS }, payTruly))));
    expect(shows(deeds)).toBe(true);
    legacy.simulator.behaviour = WELL;
    await Promise.all(again.map((ask) => ask()));
  },
  60_000,
);
