import { GL_CODES } from '@core-exit/bank-contract';
import { Fault } from '@core-exit/process/faults';
import type { EntityManager } from 'typeorm';
import type { Line, PayoutAmounts } from '../domain/postings.ts';
import type { TaxClass } from '../domain/tax.ts';
import { AccountEntity } from './entities.ts';
import { INTEREST_FAULTS } from './faults.ts';
import type { LockedAccount, StandingPayout } from './standing-payout.ts';

const DATE_AND_STATUS = `
select core.business_date()::text as business_date,
       (select s.account_status = 'closed' from core.account_standing s
         where s.account_no = $1 order by s.seq desc limit 1) as is_closed`;

/** Locks the head row, then reads in a new statement what may have changed during the wait for the lock. */
export async function lockAccount(manager: EntityManager, accountNo: string): Promise<LockedAccount | null> {
  const account = await manager.findOne(AccountEntity, {
    where: { accountNo },
    lock: { mode: 'pessimistic_write' },
  });
  if (account === null) return null;
  const [now] = await manager.query<{ business_date: string; is_closed: boolean }[]>(DATE_AND_STATUS, [
    accountNo,
  ]);
  if (now === undefined)
    throw new Fault(INTEREST_FAULTS.LEDGER_INCOMPLETE, 'the ledger returned no business date');
  return {
    customerId: account.customerId,
    balance: BigInt(account.balance),
    ledgerSeq: BigInt(account.lastSeq),
    businessDate: now.business_date,
    isClosed: now.is_closed,
  };
}

const AMOUNTS = ['gross', 'income_tax', 'local_tax', 'farm_tax', 'net'] as const;

/** Of the payout `p`, by either core: the sum of its receipt and of everything posted for it since. */
export const STANDING_PAYOUT_COLUMNS = `
  p.payout_id, p.seq::text, p.basis_seq::text, p.business_date::text, p.period_from::text, p.period_to::text,
  p.tax_class, p.tax_rule_version,
  ${AMOUNTS.map((name) => `p.${name}::text as paid_${name}, (p.${name} + c.${name})::text as ${name}`).join(', ')},
  (select jsonb_agg(jsonb_build_object('glCode', l.gl_code, 'amount', l.amount::text))
     from (select x.gl_code, sum(x.amount) as amount from core.posting x
            where x.account_no = p.account_no
              and (x.seq = p.seq or x.seq in (select f.seq from core.interest_correction f where f.payout_id = p.payout_id))
            group by x.gl_code having sum(x.amount) <> 0) l) as lines,
  exists (select from core.interest_reversal r where r.payout_id = p.payout_id) as is_reversed,
  (select later.payout_id from core.interest_payout later
    where later.account_no = p.account_no and later.seq > p.seq
      and not exists (select from core.interest_reversal r where r.payout_id = later.payout_id)
    order by later.seq desc limit 1) as later_payout_id`;

/** Joins the corrections `c` of the payout `p`. */
export const WITH_CORRECTIONS = `
 cross join lateral (
   select ${AMOUNTS.map((name) => `coalesce(sum(f.${name}), 0)::bigint as ${name}`).join(', ')}
     from core.interest_correction f where f.payout_id = p.payout_id) c`;

type AmountName = (typeof AMOUNTS)[number];
export type StandingPayoutRow = Record<AmountName | `paid_${AmountName}`, string> & {
  payout_id: string;
  seq: string;
  basis_seq: string;
  business_date: string;
  period_from: string;
  period_to: string;
  tax_class: TaxClass;
  tax_rule_version: string;
  lines: { glCode: Line['glCode']; amount: string }[] | null;
  is_reversed: boolean;
  later_payout_id: string | null;
};

export function readStandingPayout(row: StandingPayoutRow): StandingPayout {
  return {
    payoutId: row.payout_id,
    seq: BigInt(row.seq),
    basisSeq: BigInt(row.basis_seq),
    businessDate: row.business_date,
    period: { from: row.period_from, to: row.period_to },
    taxClass: row.tax_class,
    taxRuleVersion: row.tax_rule_version,
    ...readAmounts(row),
    receipt: readAmounts({
      gross: row.paid_gross,
      income_tax: row.paid_income_tax,
      local_tax: row.paid_local_tax,
      farm_tax: row.paid_farm_tax,
      net: row.paid_net,
    }),
    lines: readLines(row.lines ?? []),
    isReversed: row.is_reversed,
    laterPayoutId: row.later_payout_id,
  };
}

export function readAmounts(row: Record<AmountName, string>): PayoutAmounts {
  return {
    gross: BigInt(row.gross),
    incomeTax: BigInt(row.income_tax),
    localTax: BigInt(row.local_tax),
    farmTax: BigInt(row.farm_tax),
    net: BigInt(row.net),
  };
}

/** In the order that the contract fixes. */
export function readLines(lines: { glCode: Line['glCode']; amount: string }[]): Line[] {
  return lines
    .map(({ glCode, amount }) => ({ glCode, amount: BigInt(amount) }))
    .sort((a, b) => GL_CODES.indexOf(a.glCode) - GL_CODES.indexOf(b.glCode));
}
