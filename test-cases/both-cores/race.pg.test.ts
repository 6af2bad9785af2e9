import { openAccount, waitFor } from '@core-exit/local-stack/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BothCores, startBothCores } from '../testing/both-cores.ts';

let cores: BothCores;
let owner: pg.Pool;

beforeAll(async () => {
  cores = await startBothCores();
  owner = new pg.Pool({ connectionString: cores.db.url(), max: 30 });
});
afterAll(async () => {
  await owner.end();
  await cores.stop();
});

const fiftyMillion = { balances: [{ daysAgo: 1, closing: 50_000_000n }] };

async function booksOf(accountNo: string) {
  const { rows } = await owner.query(
    `select balance, (select sum(amount) from core.account_txn t where t.account_no = a.account_no) as folded,
            (select count(*)::int from core.account_txn t where t.account_no = a.account_no and kind = 'INTEREST') as interest_entries,
            (select count(*)::int from core.interest_payout p where p.account_no = a.account_no) as receipts,
            (select sum(amount) from core.posting p where p.account_no = a.account_no) as posted
       from core.account a where account_no = $1`,
    [accountNo],
  );
  return rows[0];
}

it('fifty payouts at the same moment, half through each core, with deposits between them: exactly one payment', async () => {
  const account = await openAccount(cores.db.url(), fiftyMillion);
  // The lock is held until requests of both cores wait for it, so that they meet even if the pools fill slowly.
  const holder = await owner.connect();
  await holder.query('begin');
  await holder.query('select from core.account where account_no = $1 for update', [account.accountNo]);
  const payouts = Array.from({ length: 50 }, (_, i) =>
    cores.pay(i % 2 === 0 ? 'new' : 'legacy', account, `race-key-${i}`),
  );
  const deposits = Array.from({ length: 20 }, () =>
    owner.query('select core.post_movement($1, 1000, null, $2, null)', [account.accountNo, 'ATM']),
  );
  const waitingOf = async (role: string) => {
    const { rows } = await owner.query(
      `select count(*)::int as n from pg_stat_activity
        where wait_event_type = 'Lock' and usename = $1 and datname = current_database()`,
      [role],
    );
    return rows[0].n as number;
  };
  const bothWait = async () =>
    (await waitingOf('interest_service')) >= 2 && (await waitingOf('legacy_core')) >= 2;
  try {
    await waitFor(bothWait, { timeoutMs: 1_800 });
  } finally {
    await holder.query('commit');
    holder.release();
  }
  const answers = await Promise.all(payouts);
  await Promise.all(deposits);

  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  const others = new Set(answers.filter(({ status }) => status !== 201).map(({ body }) => body['code']));
  expect([...others].filter((code) => code !== 'REQUEST_IN_PROGRESS' && code !== 'UNAVAILABLE')).toEqual([
    'ALREADY_PAID_TODAY',
  ]);
  expect(await booksOf(account.accountNo)).toEqual({
    balance: '50022329',
    folded: '50022329',
    interest_entries: 1,
    receipts: 1,
    posted: '0',
  });
});

it.each([
  ['new', 'legacy'],
  ['legacy', 'new'],
] as const)(
  'a retry with the same idempotency key that reaches the other core (%s, then %s) gets the same answer',
  async (first, second) => {
    const account = await openAccount(cores.db.url(), fiftyMillion);
    const paid = await cores.pay(first, account, 'retry-key-1', { memo: '이자 받기' });
    const again = await cores.pay(second, account, 'retry-key-1', { memo: '이자 받기' });
    expect(paid).toMatchObject({ status: 201, replayed: false, body: { net: '2329', memo: '이자 받기' } });
    expect(again).toEqual({ status: 200, replayed: true, body: paid.body });
    const other = await cores.pay(second, account, 'retry-key-1', { memo: '다른 요청' });
    expect(other).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
    expect(await booksOf(account.accountNo)).toMatchObject({ balance: '50002329', receipts: 1 });
  },
);

it('a recorded refusal agrees with a rehearsal at its basis, and a payout of the legacy core with its key replaces it', async () => {
  const account = await openAccount(cores.db.url(), { ...fiftyMillion, standing: { holds: ['seizure'] } });
  const refused = await cores.pay('new', account, 'refused-key-1');
  expect(refused).toMatchObject({
    status: 409,
    replayed: false,
    body: { code: 'NOT_ELIGIBLE', reason: 'SEIZED', basis: { ledgerSeq: '1' } },
  });
  await owner.query(`select core.change_standing($1, null, null, null, '{}')`, [account.accountNo]);
  const again = await cores.pay('new', account, 'refused-key-1');
  expect(again).toEqual({ ...refused, replayed: true });
  const basis = again.body['basis'] as { businessDate: string; ledgerSeq: string };
  const { body } = await cores.rehearse('legacy', account, basis);
  expect(body).toMatchObject({ code: 'NOT_ELIGIBLE', reason: 'SEIZED', basis });
  const paid = await cores.pay('legacy', account, 'refused-key-1');
  expect(paid).toMatchObject({ status: 201, body: { net: '2329' } });
  expect(await cores.pay('new', account, 'refused-key-1')).toEqual({
    status: 200,
    replayed: true,
    body: paid.body,
  });
  expect(await booksOf(account.accountNo)).toMatchObject({ balance: '50002329', receipts: 1 });
});
