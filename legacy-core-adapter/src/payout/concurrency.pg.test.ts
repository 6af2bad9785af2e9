import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, type Legacy, newKey, since, startLegacy } from '../../testing/legacy.ts';

let legacy: Legacy;
beforeAll(async () => {
  legacy = await startLegacy();
});
afterAll(() => legacy.stop());

describe('payouts at the same moment', () => {
  it('twenty with different keys pay once, between deposits', async () => {
    const customer = await legacy.open(since(1, 50_000_000n));
    const deposits = Array.from({ length: 5 }, () =>
      legacy.sql(`select core.post_movement($1, 1000, null, 'APP', null)`, [customer.accountNo]),
    );
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => legacy.core.pay(customer, newKey(), {})),
    );
    await Promise.all(deposits);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    for (const answer of answers) {
      if (!answer.ok) expect(answer.problem.code).toBe('ALREADY_PAID_TODAY');
    }
    const [head] = await legacy.sql(
      `select a.balance, (select sum(amount) from core.account_txn t where t.account_no = a.account_no) as fold
         from core.account a where account_no = $1`,
      [customer.accountNo],
    );
    expect(head).toEqual({ balance: '50007329', fold: '50007329' });
    expect(await legacy.countOf('legacy.payo_hst', 'acno', customer)).toBe(1);
  });

  it('twenty with one key pay once; the others get REQUEST_IN_PROGRESS, and later the receipt', async () => {
    const customer = await legacy.open(since(1, 50_000_000n));
    const key = newKey();
    const answers = await Promise.all(Array.from({ length: 20 }, () => legacy.core.pay(customer, key, {})));
    const paid = answers.filter(({ ok }) => ok).map(bodyOf);
    expect(paid.filter(({ replayed }) => !replayed)).toHaveLength(1);
    for (const answer of answers) if (!answer.ok) expect(answer.problem.code).toBe('REQUEST_IN_PROGRESS');
    const again = bodyOf(await legacy.core.pay(customer, key, {}));
    expect(again.replayed).toBe(true);
    expect(new Set([...paid, again].map(({ payout }) => JSON.stringify(payout))).size).toBe(1);
  });

  it('wait for the row for a bounded time and then answer REQUEST_IN_PROGRESS', async () => {
    const customer = await legacy.open(since(1, 50_000_000n));
    const release = await legacy.holdRow(customer.accountNo);
    const startedMs = performance.now();
    const answer = await legacy.core.pay(customer, newKey(), {});
    expect(performance.now() - startedMs).toBeLessThan(3_500);
    expect(answer).toMatchObject({
      ok: false,
      problem: { code: 'REQUEST_IN_PROGRESS' },
      retryAfterSeconds: 1,
    });
    await release();
    expect(await legacy.countOf('legacy.guid_log', 'acno', customer)).toBe(0);
    expect(await legacy.core.pay(customer, newKey(), {})).toMatchObject({ ok: true });
  });

  it('use the state after the wait, not the state before it', async () => {
    const customer = await legacy.open({ ...since(10, 36_500_000n) });
    const client = new pg.Client({ connectionString: legacy.ownerUrl });
    await client.connect();
    await client.query('begin');
    await client.query(`select core.post_movement($1, 36500000, core.business_date() - 10, 'BRANCH', null)`, [
      customer.accountNo,
    ]);
    const paying = legacy.core.pay(customer, newKey(), {});
    await legacy.waitForLock();
    await client.query('commit');
    await client.end();
    expect(bodyOf(await paying).payout).toMatchObject({ gross: '40000', basis: { ledgerSeq: '2' } });
  });
});
