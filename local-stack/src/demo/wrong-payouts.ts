import { query } from '../parts/postgres.ts';
import { DEFECT_RULES, type InjectedDefect } from './defect.ts';

/** Payouts of the new core whose amounts differ from a rehearsal of the legacy core at the same basis. */
export type WrongPayouts = {
  checked: number;
  /** Payouts without an answer of the legacy core, so that their amounts are not known to be right or wrong. */
  unchecked: number;
  count: number;
  /** Tax withheld too much, summed over all of them. */
  won: number;
  /** Made by another release than the defective one, or outside the time in which it served customers. */
  notOfTheDefect: number;
  /** Payouts of the new core that the comparator judged a mismatch while the defective release served customers. */
  seenByComparator: number;
};

/** The adapter sends at most sixteen telegrams at the same time on one session. */
const AT_ONCE = 8;
const TIMEOUT_MS = 10_000;
const ATTEMPTS = 3;
/** A payout that was routed before the step back may end after it; the gateway's deadline for a core is ten seconds. */
const MAX_DURATION = '10 seconds';

export type Amounts = { gross: string; incomeTax: string; localTax: string; farmTax: string; net: string };

export type Receipt = {
  payoutId: string;
  accountNo: string;
  customerId: string;
  basis: { businessDate: string; ledgerSeq: string };
  amounts: Amounts;
  ofTheDefect: boolean;
};

/** The amounts that the legacy core would have paid; null: it would have refused. */
export type Rehearse = (receipt: Receipt) => Promise<Amounts | null>;

/** $1: rules of the defective release; $2 to $3: when it served; $4: the longest duration of a payout. */
export const RECEIPTS = `
select payout_id as "payoutId", account_no as "accountNo", customer_id as "customerId",
       json_build_object('businessDate', business_date::text, 'ledgerSeq', basis_seq::text) as basis,
       json_build_object('gross', gross::text, 'incomeTax', income_tax::text, 'localTax', local_tax::text,
                         'farmTax', farm_tax::text, 'net', net::text) as amounts,
       tax_rule_version = $1 and paid_at between $2 and $3::timestamptz + $4::interval as "ofTheDefect"
  from core.interest_payout where core = 'new'`;

/** The gateway stores the first mismatches of a signature, but counts each one. */
const SEEN = `
select coalesce(sum(n), 0)::int as seen from comparator.verdict_count
 where operation = 'interest.payout' and primary_core = 'new' and verdict = 'mismatch' and stage = $1
   and entered_at = (select min(entered_at) from comparator.verdict_count where stage = $1)`;

/** The legacy core rehearses each payout of the new core, because the books alone do not show whether amounts are right. */
export async function findWrongPayouts(
  ownerUrl: string,
  defect: InjectedDefect,
  rehearse: Rehearse,
): Promise<WrongPayouts> {
  const { from, to } = defect.served;
  const receipts = await query<Receipt>(ownerUrl, RECEIPTS, [DEFECT_RULES, from, to, MAX_DURATION]);
  const [row] = await query<{ seen: number }>(ownerUrl, SEEN, [defect.stage]);
  return { ...(await compareWithLegacy(receipts, rehearse)), seenByComparator: row?.seen ?? 0 };
}

/** Compares each receipt with a rehearsal. Without an answer the receipt counts as unchecked. */
export async function compareWithLegacy(
  receipts: readonly Receipt[],
  rehearse: Rehearse,
): Promise<Omit<WrongPayouts, 'seenByComparator'>> {
  const found = { checked: 0, unchecked: 0, count: 0, won: 0, notOfTheDefect: 0 };
  const queue = [...receipts];
  const check = async (): Promise<void> => {
    for (let paid = queue.pop(); paid !== undefined; paid = queue.pop()) {
      const right = await rehearse(paid).catch(() => undefined);
      if (right === undefined) {
        found.unchecked += 1;
        continue;
      }
      found.checked += 1;
      if (right !== null && isSame(paid.amounts, right)) continue;
      found.count += 1;
      if (right !== null) found.won += Number(taxes(paid.amounts) - taxes(right));
      if (!paid.ofTheDefect) found.notOfTheDefect += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, check));
  return found;
}

/** Whether the legacy core would have paid other amounts, or none. */
export async function isWrong(paid: Receipt, rehearse: Rehearse): Promise<boolean> {
  const right = await rehearse(paid);
  return right === null || !isSame(paid.amounts, right);
}

const AMOUNTS = ['gross', 'incomeTax', 'localTax', 'farmTax', 'net'] as const satisfies (keyof Amounts)[];
const isSame = (a: Amounts, b: Amounts): boolean => AMOUNTS.every((name) => a[name] === b[name]);
const taxes = (a: Amounts): bigint => BigInt(a.incomeTax) + BigInt(a.localTax) + BigInt(a.farmTax);

/** The legacy core's rehearsal on behalf of the customer. Throws if there is no answer after some attempts. */
export function legacyRehearsal(legacyUrl: string, serviceToken: string): Rehearse {
  return async ({ accountNo, customerId, basis }) => {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await fetch(`${legacyUrl}/v1/accounts/${accountNo}/interest-payouts/rehearsals`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${serviceToken}`,
          'on-behalf-of': customerId,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ basis }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const body = (await answer.json()) as Amounts & { code?: string };
      if (answer.ok) return body;
      if (answer.status === 409 && body.code !== 'REQUEST_IN_PROGRESS') return null;
      if (attempt === ATTEMPTS) throw new Error(`rehearsal of ${accountNo}: ${answer.status} ${body.code}`);
    }
  };
}
