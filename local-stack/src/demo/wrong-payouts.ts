import { query } from '../parts/postgres.ts';

/** Payouts of the new core whose amounts the legacy core, asked again at the same basis, does not agree with. */
export type WrongPayouts = {
  checked: number;
  count: number;
  /** Tax withheld too much, over all of them. */
  won: number;
  /** Those that were not made under the rules of the defective release. */
  notOfTheDefect: number;
};

/** The adapter's line to the legacy core takes sixteen at a time. */
const AT_ONCE = 8;
const TIMEOUT_MS = 10_000;

type Receipt = {
  account_no: string;
  customer_id: string;
  business_date: string;
  basis_seq: string;
  gross: string;
  taxes: number;
  net: string;
  tax_rule_version: string;
};

const RECEIPTS = `
select account_no, customer_id, business_date::text, basis_seq::text, gross::text,
       (income_tax + local_tax + farm_tax)::int as taxes, net::text, tax_rule_version
  from core.interest_payout where core = 'new'`;

/** Has every payout of the new core rehearsed by the legacy core: what the books alone cannot tell is whether the amounts were right. */
export async function findWrongPayouts(
  auditorUrl: string,
  legacyUrl: string,
  serviceToken: string,
  defectRules: string,
): Promise<WrongPayouts> {
  const receipts = await query<Receipt>(auditorUrl, RECEIPTS);
  const found: WrongPayouts = { checked: receipts.length, count: 0, won: 0, notOfTheDefect: 0 };
  const queue = [...receipts];
  const check = async (): Promise<void> => {
    for (let paid = queue.pop(); paid !== undefined; paid = queue.pop()) {
      const right = await rehearse(legacyUrl, serviceToken, paid);
      if (right.gross === paid.gross && right.net === paid.net) continue;
      found.count += 1;
      found.won += Number(BigInt(right.net ?? '0') - BigInt(paid.net));
      if (paid.tax_rule_version !== defectRules) found.notOfTheDefect += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, check));
  return found;
}

async function rehearse(
  legacyUrl: string,
  token: string,
  { account_no, customer_id, business_date, basis_seq }: Receipt,
): Promise<{ gross?: string; net?: string }> {
  const answer = await fetch(`${legacyUrl}/v1/accounts/${account_no}/interest-payouts/rehearsals`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'on-behalf-of': customer_id,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ basis: { businessDate: business_date, ledgerSeq: basis_seq } }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  return (await answer.json()) as { gross?: string; net?: string };
}
