import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Customer } from '../bank/customers.ts';
import type { CustomerApp } from './customer.ts';
import { pick, type Random } from './random.ts';

/** The pause keeps two processors below saturation, because latencies at saturation have no meaning. */
const CUSTOMERS_AT_ONCE = 10;
const PAUSE_MS = 40;
/** Deposits and withdrawals through other channels, which the migration does not change. */
const MOVEMENTS_AT_ONCE = 2;
const MOVEMENT_PAUSE_MS = 25;

export type Traffic = {
  movements: () => number;
  /** Waits for the requests that were sent. */
  stop(): Promise<void>;
};

export type TrafficOptions = {
  app: CustomerApp;
  customers: readonly Customer[];
  /** With the role of the other channels. */
  channelUrl: string;
  random: Random;
};

/** Customers who request quotes and payouts, and other channels that move the same accounts, until stopped. */
export function startTraffic({ app, customers, channelUrl, random }: TrafficOptions): Traffic {
  const pool = new pg.Pool({ connectionString: channelUrl, max: MOVEMENTS_AT_ONCE });
  let stopped = false;
  let visits = 0;
  let movements = 0;

  const visit = async (): Promise<void> => {
    const customer = pick(random, customers);
    if (random() < 0.7) await app.quote(customer);
    if (random() < 0.6) {
      visits += 1;
      const idempotencyKey = `app-${visits.toString().padStart(8, '0')}`;
      await app.getInterest(customer, idempotencyKey);
      if (random() < 0.05) await app.getInterest(customer, idempotencyKey); // the button was pressed twice
    }
  };
  const move = async (): Promise<void> => {
    const { accountNo } = pick(random, customers);
    const amount = Math.floor(random() * 90_000) + 1_000;
    // A third are withdrawals; one in twenty has an earlier value date (기산일).
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
  const repeat = async (what: () => Promise<void>, pauseMs: number): Promise<void> => {
    while (!stopped) {
      await what();
      await sleep(pauseMs * (0.5 + random()));
    }
  };
  const running = [
    ...Array.from({ length: CUSTOMERS_AT_ONCE }, () => repeat(visit, PAUSE_MS)),
    ...Array.from({ length: MOVEMENTS_AT_ONCE }, () => repeat(move, MOVEMENT_PAUSE_MS)),
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
