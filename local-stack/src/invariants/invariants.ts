import pg from 'pg';
import { ALWAYS, type Check, ONCE_DRAINED } from './checks.ts';

/** A payout that a client got as a 2xx answer, first or replayed. */
export type AcknowledgedPayout = {
  idempotencyKey: string;
  payoutId: string;
  accountNo: string;
  gross: string;
  net: string;
  balanceAfter: string;
};

export type Violation = { invariant: string; rule: string; what: string };

export type InvariantOptions = {
  /** The clients' own record. */
  acknowledged?: readonly AcknowledgedPayout[];
  /** True: every event was consumed, so each one must have had its effect. */
  drained?: boolean;
};

/** Reads only the books and returns the violated invariants. `url`: the address with the auditor's or the owner's role. */
export async function checkInvariants(url: string, options: InvariantOptions = {}): Promise<Violation[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {}); // the query below rejects with the same error
  await client.connect();
  try {
    const violations: Violation[] = [];
    const checks: readonly Check[] = options.drained ? [...ALWAYS, ...ONCE_DRAINED] : ALWAYS;
    for (const { id, rule, sql } of checks) {
      const { rows } = await client.query<{ what: string }>(sql);
      violations.push(...rows.map(({ what }) => ({ invariant: id, rule, what })));
    }
    if (options.acknowledged !== undefined) {
      violations.push(...(await acknowledgedIsInLedger(client, options.acknowledged)));
    }
    return violations;
  } finally {
    await client.end();
  }
}

const RECEIPTS = `
select payout_id, account_no, channel_key, gross::text, net::text, balance_after::text
  from core.interest_payout where payout_id = any($1::uuid[])`;

/** I4 and I5: each acknowledged payout is in the ledger, and an idempotency key never got two payouts. */
async function acknowledgedIsInLedger(
  client: pg.Client,
  acknowledged: readonly AcknowledgedPayout[],
): Promise<Violation[]> {
  const { rows } = await client.query<Record<string, string>>(RECEIPTS, [
    [...new Set(acknowledged.map(({ payoutId }) => payoutId))],
  ]);
  const receipts = new Map(rows.map((row) => [row['payout_id'], row]));
  const violations: Violation[] = [];
  const idOfKey = new Map<string, string>();
  for (const one of acknowledged) {
    const row = receipts.get(one.payoutId);
    const same =
      row !== undefined &&
      row['account_no'] === one.accountNo &&
      row['channel_key'] === one.idempotencyKey &&
      row['gross'] === one.gross &&
      row['net'] === one.net &&
      row['balance_after'] === one.balanceAfter;
    if (!same) {
      const what = `${one.payoutId} of ${one.accountNo}: ${row === undefined ? 'not in the ledger' : 'other amounts'}`;
      violations.push({ invariant: 'I4', rule: 'an acknowledged payout is in the ledger', what });
    }
    const known = idOfKey.get(`${one.accountNo} ${one.idempotencyKey}`) ?? one.payoutId;
    idOfKey.set(`${one.accountNo} ${one.idempotencyKey}`, known);
    if (known !== one.payoutId) {
      const what = `idempotency key ${one.idempotencyKey}: ${known} and ${one.payoutId}`;
      violations.push({ invariant: 'I5', rule: 'an idempotency key always gets the same answer', what });
    }
  }
  return violations;
}

export const violationText = ({ invariant, rule, what }: Violation): string =>
  `${invariant} (${rule}): ${what}`;

export type Watch = {
  /** How often all invariants were checked until now. */
  rounds(): number;
  /** Ends the watch; returns how often all invariants were checked, and the violations. */
  stop(): Promise<{ rounds: number; violations: Violation[] }>;
};

export type WatchOptions = {
  everyMs?: number;
  /** The clients' record, which may grow. A payout that is in it when a round begins must be in the books. */
  acknowledged?: readonly AcknowledgedPayout[];
};

/** Checks the invariants that hold at every moment, again and again. If the database is down, the next round tries again. */
export function watchInvariants(url: string, { everyMs = 100, acknowledged = [] }: WatchOptions = {}): Watch {
  const abort = new AbortController();
  const violations: Violation[] = [];
  let rounds = 0;
  const watching = (async () => {
    while (!abort.signal.aborted) {
      try {
        violations.push(...(await checkInvariants(url, { acknowledged: [...acknowledged] })));
        rounds += 1;
      } catch (fault) {
        if (!isOutage(fault)) throw fault;
      }
      await new Promise<void>((done) => {
        const timer = setTimeout(done, everyMs);
        abort.signal.addEventListener('abort', () => (clearTimeout(timer), done()), { once: true });
      });
    }
  })();
  return {
    rounds: () => rounds,
    async stop() {
      abort.abort();
      await watching;
      return { rounds, violations };
    },
  };
}

/** The server ended the connection or is down. Every other error is a fault of the check. */
function isOutage(fault: unknown): boolean {
  const { code = '' } = fault as { code?: string };
  return (
    code.startsWith('57P') ||
    code.startsWith('08') ||
    /^E[A-Z]+$/.test(code) ||
    /terminated/.test(String(fault))
  );
}
