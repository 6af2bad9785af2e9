import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Account, bankUnderTest } from '../../testing/bank-under-test.ts';
import { readTaxRules } from '../ledger/tax-rules.ts';
import { postgresRunProgress } from './capitalisation.sql.ts';
import { capitalise, type RunEnd, type RunTotals } from './capitalisation.ts';
import { chunkTransactions } from './capitalisation-chunk.sql.ts';
import { capitaliseChunk } from './capitalisation-chunk.ts';

const bank = bankUnderTest();
const { open, pay, move, nextDay, scalar, balanceOf } = bank;
let deps: Parameters<typeof capitalise>[0];

beforeAll(() => {
  const { source } = bank.service();
  const taxRules = readTaxRules(new URL('../../rules/tax.json', import.meta.url));
  deps = {
    ...postgresRunProgress(source),
    transaction: chunkTransactions(source),
    taxRules,
    newId: randomUUID,
  };
});

let products = 0;

/** A product whose posting day is today, and how to open accounts of it. */
async function dueToday(): Promise<(standing?: object, closing?: bigint) => Promise<Account>> {
  products += 1;
  const code = `DUE-${products}`;
  const openOne = (standing: object = {}, closing = 50_000_000n) =>
    open(closing, 30, { product: { code }, standing });
  await openOne({ accountStatus: 'closed' }); // creates the product
  await bank.owner().query(
    `update core.product_terms set capitalisation_day =
       case when product_code = $1 then extract(day from core.business_date())::int end`,
    [code],
  );
  return openOne;
}

async function run(
  options: { dueOn?: string; chunkAccounts?: number; signal?: AbortSignal } = {},
): Promise<RunEnd> {
  return await capitalise(deps, {
    dueOn: options.dueOn ?? null,
    chunkAccounts: options.chunkAccounts ?? 3,
    signal: options.signal ?? new AbortController().signal,
    sleep: (ms) => sleep(ms),
    onBegin: async () => undefined,
    onChunk: () => undefined,
  });
}

function totalsOf(end: RunEnd): RunTotals {
  if (end.kind !== 'run') throw new Error(end.kind);
  return end.totals;
}

const receiptsOf = ({ accountNo }: Account) =>
  scalar(
    `select json_agg(json_build_array(channel_key like 'capitalisation/%', memo, net::text) order by seq)
       from core.interest_payout where account_no = $1`,
    [accountNo],
  );
// 82,191.78 for thirty days: 82,191 gross, 11,500 + 1,150 withheld.
const capitalised = [[true, '결산이자', '69541']];

describe('scheduled capitalisation', () => {
  it('pays uncollected interest, skips accounts that may not be paid or were paid today, and counts the reasons', async () => {
    const openOne = await dueToday();
    const [plain, deceased, dormant, seized, poor, collected] = await Promise.all([
      openOne(),
      openOne({ customerStatus: 'deceased' }),
      openOne({ accountStatus: 'dormant' }),
      openOne({ holds: ['seizure'] }),
      openOne({}, 10n),
      openOne(),
    ]);
    await pay(collected);
    const end = await run();
    expect(totalsOf(end)).toMatchObject({
      accounts: 7,
      paid: 2,
      net: 139_082n,
      left: 0,
      skipped: {
        ACCOUNT_CLOSED: 1,
        ACCOUNT_DORMANT: 1,
        SEIZED: 1,
        NOTHING_TO_PAY: 1,
        ALREADY_PAID_TODAY: 1,
      },
    });
    for (const account of [plain, deceased]) expect(await receiptsOf(account)).toEqual(capitalised);
    for (const account of [dormant, seized, poor]) expect(await receiptsOf(account)).toBeNull();
    expect(await receiptsOf(collected)).toMatchObject([[false, null, '69541']]);
  });

  it('pays no account twice when it runs again', async () => {
    const openOne = await dueToday();
    const account = await openOne();
    await nextDay(); // a due date of its own for this test
    const openNow = await dueToday();
    const other = await openNow();
    const first = totalsOf(await run());
    expect(totalsOf(await run())).toEqual(first);
    expect(await receiptsOf(other)).toHaveLength(1);
    expect(await receiptsOf(account)).toBeNull();
  });

  it('pays each account once when twelve runners share the run beside live traffic', async () => {
    await nextDay();
    const openOne = await dueToday();
    const accounts = await Promise.all(Array.from({ length: 60 }, () => openOne()));
    const runs = Array.from({ length: 12 }, () => run({ chunkAccounts: 4 }));
    const customers = accounts.slice(0, 30).map((account) =>
      pay(account).then(
        () => 1,
        (fault: Error) => (fault.message === 'ALREADY_PAID_TODAY' ? 0 : 9),
      ),
    );
    const movements = accounts.slice(15, 45).map((account) => move(account, 1_000, 0));
    const ends = await Promise.all(runs);
    const collected = (await Promise.all(customers)).reduce((sum: number, n) => sum + n, 0);
    await Promise.all(movements);
    const totals = totalsOf(await run());
    for (const end of ends) expect(totalsOf(end)).toMatchObject({ accounts: 61 });
    // Each account is counted once, by one of the runners.
    const alreadyPaid = collected === 0 ? {} : { ALREADY_PAID_TODAY: collected };
    expect(totals).toMatchObject({ left: 0, paid: 60 - collected });
    expect(totals.skipped).toEqual({ ACCOUNT_CLOSED: 1, ...alreadyPaid });
    expect(
      await scalar(
        `select count(*)::int from core.interest_payout p join core.account a using (account_no)
          where a.account_no = any($1) and p.business_date = core.business_date()`,
        [accounts.map(({ accountNo }) => accountNo)],
      ),
    ).toBe(60);
  });

  it('skips a locked account without waiting, and pays it when it is free', async () => {
    await nextDay();
    const openOne = await dueToday();
    const [held, free] = [await openOne(), await openOne()];
    const letGo = await bank.hold(held);
    const running = run({ chunkAccounts: 10 });
    const isPaid = async () => (await receiptsOf(free)) !== null;
    const began = performance.now();
    while (!(await isPaid()) && performance.now() - began < 3_000) await sleep(10);
    expect(await receiptsOf(held)).toBeNull();
    await letGo();
    expect(totalsOf(await running)).toMatchObject({ left: 0, paid: 2 });
    expect(await receiptsOf(held)).toEqual(capitalised);
  });

  it('returns what is left when it is stopped, and the next runner continues', async () => {
    await nextDay();
    const openOne = await dueToday();
    for (let i = 0; i < 8; i += 1) await openOne();
    const dueOn = String(await scalar('select core.business_date()::text'));
    const stop = new AbortController();
    const stopped = await capitalise(deps, {
      dueOn,
      chunkAccounts: 2,
      signal: stop.signal,
      sleep: (ms) => sleep(ms),
      onBegin: async () => undefined,
      onChunk: () => stop.abort(),
    });
    expect(totalsOf(stopped).left).toBe(7);
    expect(totalsOf(await run({ dueOn }))).toMatchObject({ left: 0, paid: 8 });
  });

  it('pays up to today for a posting day that was missed, except accounts that were paid since', async () => {
    await nextDay();
    const openOne = await dueToday();
    const [waiting, collected] = [await openOne(), await openOne()];
    const dueOn = String(await scalar('select core.business_date()::text'));
    await pay(collected);
    await nextDay();
    expect(await run()).toMatchObject({ kind: 'nothing due' });
    const end = await run({ dueOn });
    expect(totalsOf(end)).toMatchObject({ paid: 1, skipped: { COLLECTED_SINCE: 1 } });
    expect(
      await scalar('select paid_through = core.business_date() from core.account where account_no = $1', [
        waiting.accountNo,
      ]),
    ).toBe(true);
    expect(await run({ dueOn: '2099-01-01' })).toMatchObject({ kind: 'in the future' });
  });

  it('rolls back a whole chunk, with its payouts and its progress, after a fault', async () => {
    await nextDay();
    const openOne = await dueToday();
    const account = await openOne();
    const before = await balanceOf(account);
    const dueOn = String(await scalar('select core.business_date()::text'));
    const broken: typeof deps = {
      ...deps,
      transaction: (work) =>
        deps.transaction((tx) =>
          work({ ...tx, settle: () => Promise.reject(new Error('the process died')) }),
        ),
    };
    await deps.begin(dueOn, [`DUE-${products}`]);
    await deps.cut(dueOn, [`DUE-${products}`], 10);
    await expect(capitaliseChunk(broken, dueOn, 'fresh')).rejects.toThrow('the process died');
    expect(await balanceOf(account)).toBe(before);
    expect(await deps.totals(dueOn)).toMatchObject({ paid: 0, left: 2 });
    expect(totalsOf(await run({ dueOn }))).toMatchObject({ paid: 1, left: 0 });
  });
});
