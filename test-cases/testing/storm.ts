import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { PayoutClients } from '@core-exit/local-stack/testing';
import type pg from 'pg';
import type { Account } from './both-cores.ts';

const run = promisify(execFile);
const SERVICE = join(import.meta.dirname, '..', '..', 'interest-service', 'src', 'main.ts');

/** Everything that moves an account at once: both cores, the other channels, operators, batches, midnight. */
export type Storm = {
  accounts: readonly Account[];
  /** Accounts without payouts: channels move them, and capitalisation pays them during the storm. */
  resting: readonly Account[];
  /** Addresses of processes that pay: instances of the new core and the adapter of the legacy core. */
  payers: readonly string[];
  clients: PayoutClients;
  owner: pg.Pool;
  operatorToken: string;
  batchEnvironment: Record<string, string>;
  random: () => number;
};

/** Runs in the middle of the storm, for effects that every storm must have at least once. */
type Interlude = (storm: Storm) => Promise<void>;

type Move = { weight: number; make: (storm: Storm) => Promise<void> };

const pick = <Item>(items: readonly Item[], random: () => number): Item => {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('the list is empty');
  return item;
};

/** Expected errors of the ledger for a channel: balance too low, now or on an earlier day; lock timeout; deadlock victim. */
const EXPECTED = new Set(['23514', '55P03', '40P01', '22023']);

async function byChannel({ owner }: Storm, sql: string, values: unknown[]): Promise<void> {
  await owner.query(sql, values).catch((fault: { code?: string }) => {
    if (!EXPECTED.has(fault.code ?? '')) throw fault;
  });
}

const movement = (storm: Storm, won: number, daysAgo: number) =>
  byChannel(storm, 'select core.post_movement($1, $2, core.business_date() - $3::int, $4, null)', [
    pick([...storm.accounts, ...storm.resting], storm.random).accountNo,
    won,
    daysAgo,
    'ATM',
  ]);

/** Exit code 1: another transaction held an account for too long, and the next run continues with it. */
async function batch({ batchEnvironment: env }: Storm, args: string[]): Promise<void> {
  await run(process.execPath, [SERVICE, ...args], { env }).catch(
    (fault: { code?: number; stderr?: string }) => {
      if (fault.code !== 1) throw new Error(fault.stderr);
    },
  );
}

type Batch = { join: Move['make']; unlessRunning: Move['make'] };

/**
 * One process of a batch at a time, because many would only take the processors from the other moves, and because the posting
 * day must not change while a run begins. `join` waits for the running process; `unlessRunning` does not start a second one.
 */
function oneAtATime(make: Move['make']): Batch {
  let running: Promise<void> | null = null;
  const join: Move['make'] = (storm) => {
    running ??= make(storm).finally(() => {
      running = null;
    });
    return running;
  };
  return { join, unlessRunning: async (storm) => (running === null ? join(storm) : undefined) };
}

/** Capitalises on today's date, which may be past before the batch begins, because midnights come fast. */
export const capitalisation = oneAtATime(async (storm) => {
  const { rows } = await storm.owner.query<{ today: string }>(
    `with today as (select core.business_date() as today)
     update core.product_terms set capitalisation_day = extract(day from today) from today returning today::text`,
  );
  await batch(storm, ['capitalise', '--date', rows[0]?.today ?? '']);
});

export const corrections = oneAtATime((storm) => batch(storm, ['correct', '--all']));

export async function midnight({ owner }: Storm): Promise<void> {
  await owner.query('select core.move_business_date(1)');
}

/** Reverses a payout as an operator. A refusal is expected for a payout that cannot be taken back. */
export async function reverse(
  { payers, operatorToken }: Storm,
  { accountNo, payoutId }: { accountNo: string; payoutId: string },
): Promise<void> {
  const url = `${payers[0]}/v1/accounts/${accountNo}/interest-payouts/${payoutId}/reversal`;
  const headers = {
    authorization: `Bearer ${operatorToken}`,
    'content-type': 'application/json',
    'idempotency-key': `reversal-${payoutId}`,
  };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ reason: 'storm' }) });
  if (response.status === 400 || response.status === 403 || response.status === 500)
    throw new Error(`${response.status}: ${await response.text()}`);
  await response.body?.cancel();
}

/** The moves with their weights. A new kind of move is a new line. */
const MOVES: Record<string, Move> = {
  payout: {
    weight: 40,
    make: async ({ clients, payers, accounts, random }) => {
      const key = `storm-${Math.floor(random() * 1e9)}`;
      await clients.pay(pick(payers, random), pick(accounts, random), key);
    },
  },
  'a retry of an answered payout at another process': {
    weight: 15,
    make: async ({ clients, payers, accounts, random }) => {
      if (clients.acknowledged.length === 0) return;
      const { idempotencyKey: key, accountNo } = pick(clients.acknowledged, random);
      const account = accounts.find((one) => one.accountNo === accountNo);
      if (account !== undefined) await clients.pay(pick(payers, random), account, key);
    },
  },
  deposit: { weight: 12, make: (storm) => movement(storm, 1 + Math.floor(storm.random() * 1e6), 0) },
  withdrawal: { weight: 12, make: (storm) => movement(storm, -1 - Math.floor(storm.random() * 1e6), 0) },
  'back-dated movement': {
    weight: 6,
    make: (storm) =>
      movement(storm, Math.floor((storm.random() - 0.4) * 1e6) || 1, 1 + Math.floor(storm.random() * 9)),
  },
  'change of standing': {
    weight: 6,
    make: (storm) =>
      byChannel(storm, 'select core.change_standing($1, null, null, null, $2)', [
        pick(storm.accounts, storm.random).accountNo,
        storm.random() < 0.3 ? ['seizure'] : [],
      ]),
  },
  reversal: {
    weight: 8,
    make: async (storm) => {
      if (storm.clients.acknowledged.length > 0)
        await reverse(storm, pick(storm.clients.acknowledged.slice(-20), storm.random));
    },
  },
  capitalisation: { weight: 1, make: capitalisation.unlessRunning },
  'corrections of paid periods': { weight: 1, make: corrections.unlessRunning },
  midnight: { weight: 3, make: midnight },
};

/** Pause between the moves during the interlude, because its processes need a processor as well. */
const PAUSE_MS = 250;

/**
 * Runs many workers that make moves at the same time, until all moves are made and the interlude, which begins in the middle, is
 * over. Returns the number of each move.
 */
export async function storm(
  given: Storm,
  { moves, workers, interlude }: { moves: number; workers: number; interlude: Interlude },
): Promise<Record<string, number>> {
  const deck = Object.entries(MOVES).flatMap(([name, { weight }]) =>
    Array.from({ length: weight }, () => name),
  );
  const made: Record<string, number> = {};
  let left = moves;
  let isOver = false;
  const half = Promise.withResolvers<void>();
  const between = half.promise
    .then(() => interlude(given))
    .finally(() => {
      isOver = true;
    });
  const worker = async () => {
    while (left > 0 || !isOver) {
      left -= 1;
      if (left < 0) await pause(PAUSE_MS);
      if (left <= moves / 2) half.resolve();
      const name = pick(deck, given.random);
      await MOVES[name]?.make(given);
      made[name] = (made[name] ?? 0) + 1;
    }
  };
  await Promise.all([between, ...Array.from({ length: workers }, worker)]);
  return made;
}
