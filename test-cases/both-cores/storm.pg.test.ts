import {
  checkInvariants,
  openAccount,
  payoutClients,
  type SpawnedProcess,
  spawnProcess,
  violationText,
  waitFor,
  watchInvariants,
} from '@core-exit/local-stack/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BothCores, startBothCores, startNewCore } from '../testing/both-cores.ts';
import { storm } from '../testing/storm.ts';
import { effectsOf, takeEffect } from '../testing/storm-effects.ts';

let cores: BothCores;
let owner: pg.Pool;
let second: SpawnedProcess;
let taxWorker: SpawnedProcess;

beforeAll(async () => {
  cores = await startBothCores();
  owner = new pg.Pool({ connectionString: cores.db.url(), max: 30 });
  const env = { DATABASE_URL: cores.db.url('interest_service'), LOG_LEVEL: 'warn' };
  [second, taxWorker] = await Promise.all([
    startNewCore(cores.db, cores.auth, undefined),
    spawnProcess({ name: 'tax-worker', program: ['interest-service/src/main.ts', 'tax-worker'], env }),
  ]);
});
afterAll(async () => {
  await taxWorker.stop();
  await second.stop();
  await owner.end();
  await cores.stop();
});

/** mulberry32: the same seed gives the same moves, but not the same timing. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const isSome = (count: number): boolean => count > 0;

it('payouts on both cores, every other channel, reversals, corrections, capitalisation and midnights at once break no invariant', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  process.stderr.write(`storm: seed ${seed}\n`);
  const opened = [];
  for (let i = 0; i < 12; i += 1)
    opened.push(await openAccount(cores.db.url(), { balances: [{ daysAgo: 30, closing: 40_000_000n }] }));
  const [accounts, resting] = [opened.slice(2), opened.slice(0, 2)];
  const clients = payoutClients(cores.auth.signToken);
  const payers = [cores.urls.new, second.url, cores.urls.legacy];
  const watch = watchInvariants(cores.db.url(), { acknowledged: clients.acknowledged });
  const given = {
    accounts,
    resting,
    payers,
    clients,
    owner,
    operatorToken: await cores.auth.signToken({ sub: 'operator-1', scope: 'operator' }),
    batchEnvironment: { DATABASE_URL: cores.db.url('interest_service'), LOG_LEVEL: 'warn' },
    random: seeded(seed),
  };
  const made = await storm(given, { moves: 300, workers: 16, interlude: takeEffect }).catch(
    async (fault: unknown) => {
      await watch.stop();
      throw fault;
    },
  );
  // A client retries a payout with unknown outcome until the outcome is known.
  await waitFor(
    async () => {
      for (const [key, account] of clients.unknown) await clients.pay(cores.urls.new, account, key);
      return clients.unknown.size === 0;
    },
    { timeoutMs: 20_000 },
  );
  const during = await watch.stop();
  expect(during.violations.map(violationText)).toEqual([]);
  expect(during.rounds).toBeGreaterThan(3);
  expect(clients.acknowledged.length).toBeGreaterThan(30);
  expect(await effectsOf(owner)).toEqual({
    capitalisation: expect.toSatisfy(isSome),
    correction: expect.toSatisfy(isSome),
    reversal: expect.toSatisfy(isSome),
  });
  expect(Object.keys(made)).toEqual(expect.arrayContaining(['payout', 'reversal', 'midnight', 'withdrawal']));
  const drained = await waitFor(
    async () => {
      const broken = await checkInvariants(cores.db.url(), {
        acknowledged: clients.acknowledged,
        drained: true,
      });
      return broken.every(({ rule }) => rule === 'each event was sent') && [broken];
    },
    { timeoutMs: 30_000 },
  );
  expect(drained[0]?.map(violationText)).toEqual([]);
}, 120_000);
