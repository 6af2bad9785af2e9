import { randomUUID } from 'node:crypto';
import type { Customer } from '../bank/customers.ts';
import { query } from '../parts/postgres.ts';
import type { CustomerApp } from './customer.ts';
import { DEFECT_RULES } from './defect.ts';
import { isWrong, RECEIPTS, type Receipt, type Rehearse } from './wrong-payouts.ts';

/** What became of the wrong payouts, as the ledger has it. */
export type MadeGood = {
  /** Taken back by an operator, each with its mirror and its tax event. */
  reversed: number;
  /** Of those: paid anew since, from the first day of the same period on. */
  paidAnew: number;
};

const TIMEOUT_MS = 10_000;
const ATTEMPTS = 4;
/** The account is busy, or the core could not say: with the same key the operator asks again. */
const ASK_AGAIN = new Set([409, 503, 504]);
const REASON = '잘못된 세율로 지급: 배포 1.1.0';

export type Operator = { newCoreUrl: string; token: string; ownerUrl: string; rehearse: Rehearse };

/**
 * An operator takes back what the defective release paid and the legacy core does not agree with, by the route for it.
 * Answers whose period is open again; a customer who has spent the money meanwhile is not among them.
 */
export async function takeBack({ newCoreUrl, token, ownerUrl, rehearse }: Operator): Promise<Customer[]> {
  const paid = await query<Receipt>(ownerUrl, `${RECEIPTS} and tax_rule_version = $1`, [
    DEFECT_RULES,
    '-infinity',
    'infinity',
    '0',
  ]);
  const open: Customer[] = [];
  for (const receipt of paid) {
    if (!(await isWrong(receipt, rehearse))) continue;
    if (await reverse(newCoreUrl, token, receipt)) open.push(receipt);
  }
  return open;
}

async function reverse(
  newCoreUrl: string,
  token: string,
  { accountNo, payoutId }: Receipt,
): Promise<boolean> {
  const key = `operator-${randomUUID()}`;
  for (let attempt = 1; ; attempt += 1) {
    const answer = await fetch(
      `${newCoreUrl}/v1/accounts/${accountNo}/interest-payouts/${payoutId}/reversal`,
      {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'idempotency-key': key,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ reason: REASON }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      },
    );
    if (answer.ok) return true;
    const { code, detail } = (await answer.json()) as { code: string; detail?: string };
    if (code === 'NOT_REVERSIBLE') return false;
    if (!ASK_AGAIN.has(answer.status) || attempt === ATTEMPTS) {
      throw new Error(`reversal of ${payoutId}: ${answer.status} ${code} ${detail ?? ''}`);
    }
  }
}

/** The customers collect again, like any other day; whoever has already done so is told that. */
export async function collectAgain(app: CustomerApp, customers: readonly Customer[]): Promise<void> {
  for (const customer of customers) await app.getInterest(customer, `again-${customer.accountNo}`);
}

const MADE_GOOD = `
select count(*)::int as reversed,
       count(*) filter (where exists (select from core.interest_payout later
         where later.account_no = r.account_no and later.seq > r.seq and later.period_from = r.reopened_from))::int as "paidAnew"
  from core.interest_reversal r`;

export async function readMadeGood(ownerUrl: string): Promise<MadeGood> {
  const [row] = await query<MadeGood>(ownerUrl, MADE_GOOD);
  return row ?? { reversed: 0, paidAnew: 0 };
}
