import { Payout, Problem, Quote, Rehearsal } from '@core-exit/bank-contract';
import { type AccountGiven, openAccount } from '@core-exit/local-stack/testing';
import type { TSchema } from 'typebox';
import Value from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Account, type BothCores, type CoreAnswer, startBothCores } from '../testing/both-cores.ts';

/** The HTTP contract. One suite sends the same requests to both cores, because both must give the same answers. */
let cores: BothCores;
beforeAll(async () => {
  cores = await startBothCores();
});
afterAll(() => cores.stop());

const FIFTY_MILLION: AccountGiven = { balances: [{ daysAgo: 1, closing: 50_000_000n }] };
const open = (given: AccountGiven = FIFTY_MILLION): Promise<Account> => openAccount(cores.db.url(), given);

function expectShape(schema: TSchema, { body }: CoreAnswer): void {
  expect([...Value.Errors(schema, body)]).toEqual([]);
}

describe.each(['new', 'legacy'] as const)('the %s core behind the contract', (core) => {
  const send = async (account: Account, path: string, init: RequestInit = {}, token?: string) => {
    const bearer = token ?? (await cores.auth.signToken({ sub: account.customerId }));
    const headers = { authorization: `Bearer ${bearer}`, ...(init.headers as Record<string, string>) };
    const response = await fetch(`${cores.urls[core]}/v1/accounts/${account.accountNo}/${path}`, {
      ...init,
      headers,
    });
    const body = (await response.json()) as Record<string, unknown>;
    return { status: response.status, headers: response.headers, body, replayed: false };
  };
  const post = (key: string | undefined, body?: string, type = 'application/json'): RequestInit => ({
    method: 'POST',
    headers: {
      ...(key !== undefined && { 'idempotency-key': key }),
      ...(body !== undefined && { 'content-type': type }),
    },
    ...(body !== undefined && { body }),
  });

  it('quotes, pays, replays and refuses in the shapes of the contract', async () => {
    const account = await open();
    const quote = await cores.quote(core, account);
    expect(quote).toMatchObject({
      status: 200,
      body: { gross: '2739', net: '2329', payable: true, refusal: null },
    });
    expectShape(Quote, quote);

    const paid = await cores.pay(core, account, 'contract-key-1', { memo: '이자' });
    expect(paid).toMatchObject({ status: 201, replayed: false, body: { net: '2329', memo: '이자' } });
    expectShape(Payout, paid);
    expect(await cores.pay(core, account, 'contract-key-1', { memo: '이자' })).toEqual({
      status: 200,
      replayed: true,
      body: paid.body,
    });

    const again = await cores.pay(core, account, 'contract-key-2');
    expect(again).toMatchObject({ status: 409, body: { code: 'ALREADY_PAID_TODAY' } });
    expectShape(Problem, again);
    const reused = await cores.pay(core, account, 'contract-key-1', { memo: '다른' });
    expect(reused).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
  });

  it('rehearses with no effect, and pins to a basis', async () => {
    const account = await open();
    const rehearsal = await cores.rehearse(core, account);
    expect(rehearsal).toMatchObject({ status: 200, body: { net: '2329', balanceAfter: '50002329' } });
    expectShape(Rehearsal, rehearsal);
    const basis = rehearsal.body['basis'] as { businessDate: string; ledgerSeq: string };
    expect(await cores.rehearse(core, account, basis)).toEqual(rehearsal);
    expect(await cores.quoteAt(core, account, basis)).toMatchObject({
      status: 200,
      body: { basis, gross: '2739' },
    });
    const unknown = await cores.rehearse(core, account, { ...basis, ledgerSeq: '999' });
    expect(unknown).toMatchObject({ status: 409, body: { code: 'BASIS_UNKNOWN' } });
    expect((await cores.quote(core, account)).body['payable']).toBe(true);
  });

  it.each([
    [{ accountStatus: 'dormant' }, 'ACCOUNT_DORMANT'],
    [{ accountStatus: 'closed' }, 'ACCOUNT_CLOSED'],
    [{ holds: ['payment-stop'] }, 'PAYMENT_STOPPED'],
    [{ customerStatus: 'hacking-victim' }, 'HOLDER_COMPROMISED'],
    [{ taxClass: 'unknown' }, 'TAX_CLASS_UNKNOWN'],
  ])('an account with %o is quoted, and refused with %s', async (standing, reason) => {
    const account = await open({ ...FIFTY_MILLION, standing });
    expect((await cores.quote(core, account)).body).toMatchObject({
      payable: false,
      refusal: { code: 'NOT_ELIGIBLE', reason },
    });
    const refused = await cores.pay(core, account, 'contract-key-3');
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'NOT_ELIGIBLE', reason, basis: { ledgerSeq: '1' } },
    });
    expectShape(Problem, refused);
  });

  it('answers ACCOUNT_NOT_FOUND for an account of another customer', async () => {
    const [mine, theirs] = [await open(), await open()];
    const token = await cores.auth.signToken({ sub: mine.customerId });
    for (const answer of [
      await send(theirs, 'interest', {}, token),
      await send(theirs, 'interest-payouts', post('contract-key-4'), token),
      await send({ ...mine, accountNo: '999999999999' }, 'interest', {}, token),
    ]) {
      expect(answer).toMatchObject({ status: 404, body: { code: 'ACCOUNT_NOT_FOUND' } });
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
    }
  });

  it('refuses a caller without a valid token or without the right', async () => {
    const account = await open();
    expect(await send(account, 'interest', {}, 'no-token')).toMatchObject({ status: 401 });
    const rehearse = post(undefined, '{}');
    expect(await send(account, 'interest-payouts/rehearsals', rehearse)).toMatchObject({ status: 403 });
    expect(await send(account, 'interest?businessDate=2026-01-01&ledgerSeq=1')).toMatchObject({
      status: 403,
    });
    const service = await cores.auth.signToken({ sub: 'gateway', scope: 'core.rehearse' });
    expect(await send(account, 'interest-payouts', post('contract-key-5'), service)).toMatchObject({
      status: 403,
    });
  });

  it.each([
    ['no key', post(undefined), 400, 'VALIDATION'],
    ['a short key', post('short'), 400, 'VALIDATION'],
    ['two keys joined', post('contract-key-a, contract-key-b'), 400, 'VALIDATION'],
    ['an unknown field', post('contract-key-6', '{"amount":"1"}'), 400, 'VALIDATION'],
    ['a memo that is a number', post('contract-key-6', '{"memo":1}'), 400, 'VALIDATION'],
    ['a memo that no passbook can print', post('contract-key-6', '{"memo":"😀"}'), 400, 'VALIDATION'],
    ['a duplicate field', post('contract-key-6', '{"memo":"a","memo":"b"}'), 400, 'VALIDATION'],
    ['a body that is not JSON', post('contract-key-6', '{'), 400, 'VALIDATION'],
    [
      'a form',
      post('contract-key-6', 'memo=a', 'application/x-www-form-urlencoded'),
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['a body of 20 kB', post('contract-key-6', `{"memo":"${'a'.repeat(20_000)}"}`), 413, 'PAYLOAD_TOO_LARGE'],
  ])('a payout request with %s is refused without a payment', async (_what, request, status, code) => {
    const account = await open();
    expect(await send(account, 'interest-payouts', request)).toMatchObject({ status, body: { code } });
    expect((await cores.quote(core, account)).body['payable']).toBe(true);
  });

  it('explains a quote if it can, with the same amounts', async () => {
    const account = await open();
    const plain = await send(account, 'interest');
    const explained = await send(account, 'interest?explain=true');
    expectShape(Quote, explained);
    const { explanation, ...rest } = explained.body;
    expect(rest).toEqual(plain.body);
    expect(explanation !== undefined).toBe(core === 'new');
  });

  it('sends its version with every answer', async () => {
    expect((await send(await open(), 'interest')).headers.get('core-version')).toMatch(/./);
  });
});
