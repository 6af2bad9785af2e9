import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Customer } from '../bank/customers.ts';
import type { CustomerApp } from './customer.ts';
import { pick, type Random } from './random.ts';

/** Customers at the same time; the pause keeps two cores below saturation, where latencies would mean nothing. */
const CUSTOMERS_AT_ONCE = 10;
const PAUSE_MS = 40;
/** Deposits and withdrawals of other channels, which know nothing of the migration. */
const MOVEMENTS_AT_ONCE = 2;
const MOVEMENT_PAUSE_MS = 25;

export type Traffic = {
  movements: () => number;
  /** Lets what is under way finish. */
  stop(): Promise<void>;
};

export type TrafficOptions = {
  app: CustomerApp;
  customers: readonly Customer[];
  /** As the role of the other channels. */
  channelUrl: string;
  random: Random;
};

/** Customers asking for quotes and payouts, and other channels moving the same accounts, until stopped. */
export function startTraffic({ app, customers, channelUrl, random }: TrafficOptions): Traffic {
  const pool = new pg.Pool({ connectionString: channelUrl, max: MOVEMENTS_AT_ONCE });
  let stopped = false;
  let keys = 0;
  let movements = 0;

  const visit = async (): Promise<void> => {
    const customer = pick(random, customers);
    if (random() < 0.7) await app.quote(customer);
    if (random() < 0.6) {
      keys += 1;
      const key = `app-${keys.toString().padStart(8, '0')}`;
      await app.getInterest(customer, key);
      if (random() < 0.05) await app.getInterest(customer, key); // an impatient finger
    }
  };
  const move = async (): Promise<void> => {
    const { accountNo } = pick(random, customers);
    const amount = Math.floor(random() * 90_000) + 1_000;
    // A third of them takes money out; now and then one counts from an earlier day (기산일).
    const signed = random() < 0.33 ? -Math.floor(amount / 50) - 1 : amount;
    const daysBack = random() < 0.05 ? 1 : 0;
    await pool
      .query('select core.post_movement($1, $2, core.business_date() - $3::int, $4, null)', [
        accountNo,
        signed,
        daysBack,
        pick(random, ['ATM', 'BRANCH', 'TRANSFER']),
      ])
      .then(() => void (movements += 1), refusedByTheLedger);
  };
  const until = async (what: () => Promise<void>, pauseMs: number): Promise<void> => {
    while (!stopped) {
      await what();
      await sleep(pauseMs * (0.5 + random()));
    }
  };
  const running = [
    ...Array.from({ length: CUSTOMERS_AT_ONCE }, () => until(visit, PAUSE_MS)),
    ...Array.from({ length: MOVEMENTS_AT_ONCE }, () => until(move, MOVEMENT_PAUSE_MS)),
  ];
  return {
    movements: () => movements,
    async stop() {
      stopped = true;
      await Promise.all(running);
      await pool.end();
    },
  };
}

/** Closed account, empty account, account not yet open on the value date, row locked too long. */
const EXPECTED = new Set(['55000', '23514', '22023', '55P03']);

function refusedByTheLedger(fault: { code?: string }): void {
  if (!EXPECTED.has(fault.code ?? '')) throw fault;
}
