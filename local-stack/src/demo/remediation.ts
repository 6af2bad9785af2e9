import { randomUUID } from 'node:crypto';
import type { Customer } from '../bank/customers.ts';
import { query } from '../parts/postgres.ts';
import type { CustomerApp } from './customer.ts';
import { DEFECT_RULES } from './defect.ts';
import { isWrong, RECEIPTS, type Receipt, type Rehearse } from './wrong-payouts.ts';

/** How many wrong payouts were remedied, by the ledger. */
export type Remediation = {
  /** Reversed by an operator, each with its mirror entry and its tax event. */
  reversed: number;
  /** Of those: paid again since, from the first day of the same period. */
  paidAnew: number;
};

const TIMEOUT_MS = 10_000;
const ATTEMPTS = 4;
/** The account is busy, or the outcome is unknown, so the operator repeats the request with the same idempotency key. */
const REPEAT_AT = new Set([409, 503, 504]);
const REASON = '잘못된 세율로 지급: 배포 1.1.0';

export type Operator = { newCoreUrl: string; token: string; ownerUrl: string; rehearse: Rehearse };

/**
 * An operator reverses each payout of the defective release whose amounts the legacy core would not have paid. Returns the
 * customers whose period is open again; a payout of a customer who has already spent the money cannot be reversed.
 */
export async function reverseWrongPayouts({
  newCoreUrl,
  token,
  ownerUrl,
  rehearse,
}: Operator): Promise<Customer[]> {
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
  const idempotencyKey = `operator-${randomUUID()}`;
  for (let attempt = 1; ; attempt += 1) {
    const answer = await fetch(
      `${newCoreUrl}/v1/accounts/${accountNo}/interest-payouts/${payoutId}/reversal`,
      {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'idempotency-key': idempotencyKey,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ reason: REASON }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      },
    );
    if (answer.ok) return true;
    const { code, detail } = (await answer.json()) as { code: string; detail?: string };
    if (code === 'NOT_REVERSIBLE') return false;
    if (!REPEAT_AT.has(answer.status) || attempt === ATTEMPTS) {
      throw new Error(`reversal of ${payoutId}: ${answer.status} ${code} ${detail ?? ''}`);
    }
  }
}

/** The customers collect again as on any other day. A customer who has already done so gets ALREADY_PAID_TODAY. */
export async function collectAgain(app: CustomerApp, customers: readonly Customer[]): Promise<void> {
  for (const customer of customers) await app.getInterest(customer, `again-${customer.accountNo}`);
}

const REMEDIATION = `
select count(*)::int as reversed,
       count(*) filter (where exists (select from core.interest_payout later
         where later.account_no = r.account_no and later.seq > r.seq and later.period_from = r.reopened_from))::int as "paidAnew"
  from core.interest_reversal r`;

export async function readRemediation(ownerUrl: string): Promise<Remediation> {
  const [row] = await query<Remediation>(ownerUrl, REMEDIATION);
  return row ?? { reversed: 0, paidAnew: 0 };
}
