/** One invariant, as a query for its violations: rows with one text column. */
export type Check = {
  /** Number in the list of invariants. */
  id: string;
  /** The invariant as a sentence. */
  rule: string;
  sql: string;
};

/** Reported violations of each check; more of the same kind add no information. */
const MAX_REPORTED = 5;

const check = (id: string, rule: string, sql: string): Check => ({
  id,
  rule,
  sql: `${sql} limit ${MAX_REPORTED}`,
});

/** Each check is one statement, so it reads one state of the database, also while payouts run. */
export const ALWAYS: readonly Check[] = [
  check(
    'I1',
    'debits equal credits, and the customer line has the amount of the entry',
    `select format('entry %s of %s: lines sum to %s, customer line %s, movement %s', t.seq, t.account_no,
                   coalesce(sum(p.amount), 0), -sum(p.amount) filter (where p.gl_code = 'CUSTOMER_DEPOSIT'), t.amount) as what
       from core.account_txn t left join core.posting p using (account_no, seq)
      group by t.account_no, t.seq, t.amount
     having count(p.*) = 0 or sum(p.amount) <> 0
         or coalesce(-sum(p.amount) filter (where p.gl_code = 'CUSTOMER_DEPOSIT'), 0) <> t.amount`,
  ),
  check(
    'I2',
    'an account is paid at most once a day, and each payout has its receipt',
    `select format('%s on %s: %s interest entries, %s receipts', t.account_no, t.business_date, count(*), count(r.*)) as what
       from core.account_txn t left join core.interest_payout r using (account_no, seq)
      where t.kind = 'INTEREST'
      group by t.account_no, t.business_date having count(*) > 1 or count(r.*) <> count(*)`,
  ),
  check(
    'I2',
    'a receipt has the amounts of its entry',
    `select format('receipt %s: net %s, balance %s', r.payout_id, r.net, r.balance_after) as what
       from core.interest_payout r left join core.account_txn t using (account_no, seq)
      where t.kind is distinct from 'INTEREST' or t.amount <> r.net or t.balance_after <> r.balance_after
         or t.business_date <> r.business_date`,
  ),
  check(
    'I3',
    'each effect of the new core on interest has exactly one tax event',
    `select format('%s %s: %s events', e.kind, e.effect_id, count(o.*)) as what
       from core.interest_effect e left join interest.outbox o on o.event_id = e.effect_id
      where e.core = 'new' group by e.kind, e.effect_id having count(o.*) <> 1`,
  ),
  check(
    'I3',
    'each tax effect has its document, with equal amounts',
    `select format('posting %s: %s, %s', p.posting_id, p.kind, p.gross) as what
       from tax.posting p left join core.interest_effect e on e.effect_id = p.posting_id
      where (e.gross, e.income_tax, e.local_tax, e.farm_tax, e.net)
            is distinct from (p.gross, p.income_tax, p.local_tax, p.farm_tax, p.net)`,
  ),
  check(
    'I3',
    'a document has at most one tax effect',
    `select format('posting %s: booked %s times', posting_id, count(*)) as what
       from tax.posting group by posting_id having count(*) > 1`,
  ),
  check(
    'I3',
    'the lines of a tax effect sum to the withheld tax',
    `select format('posting %s: withheld %s, lines %s', posting_id, withheld, booked) as what
       from (select p.posting_id, p.income_tax + p.local_tax + p.farm_tax as withheld,
                    (select coalesce(sum(l.amount), 0) from tax.line l where l.posting_id = p.posting_id) as booked
               from tax.posting p) t
      where booked <> withheld`,
  ),
  check(
    'I3',
    'the remittance of a day is the sum of its lines',
    `select format('%s %s: total %s, lines %s', business_date, tax_type, d.amount, l.amount) as what
       from tax.remittance_day d
       full join (select business_date, tax_type, sum(amount) as amount from tax.line group by 1, 2) l
            using (business_date, tax_type)
      where d.amount is distinct from l.amount`,
  ),
  check(
    'I3',
    'the legacy core books the tax of a payout together with the payout',
    `select format('receipt %s: withheld %s, booked %s', payout_id, withheld, booked) as what
       from (select r.payout_id, r.income_tax + r.local_tax + r.farm_tax as withheld,
                    (select sum(l.tax_amt) from legacy.tax_line l where l.payo_id = r.payout_id) as booked
               from core.interest_payout r where r.core = 'legacy') t
      where booked is distinct from withheld`,
  ),
  check(
    'I6',
    'the balance of an account is the sum of its entries, and is not below zero',
    `select format('%s: head %s at %s, fold %s at %s', a.account_no, a.balance, a.last_seq, f.balance, f.last_seq) as what
       from core.account a
       left join lateral (select coalesce(sum(t.amount), 0) as balance from core.account_txn t
                           where t.account_no = a.account_no) e on true
       left join lateral (select e.balance, greatest(
              (select max(seq) from core.account_txn t where t.account_no = a.account_no),
              (select max(seq) from core.account_standing s where s.account_no = a.account_no)) as last_seq) f on true
      where a.balance < 0 or a.balance <> f.balance or a.last_seq <> f.last_seq`,
  ),
  check(
    'I6',
    'each entry continues from the balance before it',
    `select format('entry %s of %s: %s after %s', seq, account_no, balance_after, running) as what
       from (select account_no, seq, balance_after,
                    sum(amount) over (partition by account_no order by seq) as running from core.account_txn) t
      where balance_after <> running`,
  ),
  check(
    'I6',
    'an end-of-day balance is the sum of the entries up to its value date',
    `select format('%s on %s: closing %s, fold %s', account_no, business_date, closing, fold) as what
       from (select d.account_no, d.business_date, d.closing,
                    (select coalesce(sum(t.amount), 0) from core.account_txn t
                      where t.account_no = d.account_no and t.value_date <= d.business_date) as fold
               from core.day_balance d) f
      where closing <> fold`,
  ),
  check(
    'I6',
    'an account is paid through the end of its last payout without a reversal',
    `select format('%s: paid through %s, receipts say %s', account_no, paid_through, proven) as what
       from (select a.account_no, a.paid_through, coalesce(
                (select max(r.period_to) from core.interest_payout r
                  where r.account_no = a.account_no
                    and not exists (select from core.interest_reversal v where v.payout_id = r.payout_id)), a.opened_on) as proven
               from core.account a) p
      where paid_through <> proven`,
  ),
  check(
    'I7',
    'no transaction is idle longer than its limit',
    `select format('%s %s since %s', application_name, state, xact_start) as what from pg_stat_activity
      where datname = current_database() and state like 'idle in transaction%'
        and state_change < clock_timestamp() - interval '15 seconds'`,
  ),
];

/** Holds when every event was consumed. */
export const ONCE_DRAINED: readonly Check[] = [
  check(
    'I3',
    'each effect of the new core on interest has exactly one tax effect',
    `select format('%s %s: no tax posting', e.kind, e.effect_id) as what
       from core.interest_effect e left join tax.posting p on p.posting_id = e.effect_id
      where e.core = 'new' and p.posting_id is null`,
  ),
  check(
    'I3',
    'each event was sent',
    `select format('event %s', event_id) as what from interest.outbox where published_at is null`,
  ),
];
