import pg from 'pg';
import { ALWAYS, type Check, ONCE_DRAINED } from './checks.ts';

/** What a client was told: a 2xx answer of a payout, first or replayed. */
export type ToldPayout = {
  key: string;
  payoutId: string;
  accountNo: string;
  gross: string;
  net: string;
  balanceAfter: string;
};

export type Violation = { invariant: string; says: string; what: string };

export type InvariantOptions = {
  /** The clients' own record. */
  told?: readonly ToldPayout[];
  /** All events have been taken in: each must have had its effect. */
  drained?: boolean;
};

/** Reads the books alone and answers what breaks them; empty when all holds. `url`: the auditor's or owner's address. */
export async function checkInvariants(url: string, options: InvariantOptions = {}): Promise<Violation[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {}); // told by the query itself
  await client.connect();
  try {
    const violations: Violation[] = [];
    const checks: readonly Check[] = options.drained ? [...ALWAYS, ...ONCE_DRAINED] : ALWAYS;
    for (const { id, says, sql } of checks) {
      const { rows } = await client.query<{ what: string }>(sql);
      violations.push(...rows.map(({ what }) => ({ invariant: id, says, what })));
    }
    if (options.told !== undefined) violations.push(...(await toldIsThere(client, options.told)));
    return violations;
  } finally {
    await client.end();
  }
}

const RECEIPTS = `
select payout_id, account_no, channel_key, gross::text, net::text, balance_after::text
  from core.interest_payout where payout_id = any($1::uuid[])`;

/** I4 and I5: whatever a client was told is in the ledger, and a key was never told two payouts. */
async function toldIsThere(client: pg.Client, told: readonly ToldPayout[]): Promise<Violation[]> {
  const { rows } = await client.query<Record<string, string>>(RECEIPTS, [
    [...new Set(told.map(({ payoutId }) => payoutId))],
  ]);
  const receipts = new Map(rows.map((row) => [row['payout_id'], row]));
  const violations: Violation[] = [];
  const idOfKey = new Map<string, string>();
  for (const one of told) {
    const row = receipts.get(one.payoutId);
    const same =
      row !== undefined &&
      row['account_no'] === one.accountNo &&
      row['channel_key'] === one.key &&
      row['gross'] === one.gross &&
      row['net'] === one.net &&
      row['balance_after'] === one.balanceAfter;
    if (!same) {
      const what = `${one.payoutId} of ${one.accountNo}: ${row === undefined ? 'not there' : 'other amounts'}`;
      violations.push({ invariant: 'I4', says: 'what a client was told is in the ledger', what });
    }
    const known = idOfKey.get(`${one.accountNo} ${one.key}`) ?? one.payoutId;
    idOfKey.set(`${one.accountNo} ${one.key}`, known);
    if (known !== one.payoutId) {
      const what = `key ${one.key}: ${known} and ${one.payoutId}`;
      violations.push({ invariant: 'I5', says: 'a key gets the same answer for ever', what });
    }
  }
  return violations;
}

export const violationText = ({ invariant, says, what }: Violation): string =>
  `${invariant} (${says}): ${what}`;

export type Watch = {
  /** How often all was checked until now. */
  rounds(): number;
  /** Ends the watch; answers how often all was checked and what was found meanwhile. */
  stop(): Promise<{ rounds: number; violations: Violation[] }>;
};

export type WatchOptions = {
  everyMs?: number;
  /** The clients' own record while it grows: whatever it holds when a round begins must be in the books. */
  told?: readonly ToldPayout[];
};

/** Checks all that must always hold again and again while something goes on. A database that is down is asked again. */
export function watchInvariants(url: string, { everyMs = 100, told = [] }: WatchOptions = {}): Watch {
  const abort = new AbortController();
  const violations: Violation[] = [];
  let rounds = 0;
  const watching = (async () => {
    while (!abort.signal.aborted) {
      try {
        violations.push(...(await checkInvariants(url, { told: [...told] })));
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

/** The server ended the connection or is not there; anything else is a fault of the check. */
function isOutage(fault: unknown): boolean {
  const { code = '' } = fault as { code?: string };
  return (
    code.startsWith('57P') ||
    code.startsWith('08') ||
    /^E[A-Z]+$/.test(code) ||
    /terminated/.test(String(fault))
  );
}
