import { describe, expect, it } from 'vitest';
import type { Layout } from '../../telegram/layout.ts';
import { PAYOUT } from '../../telegram/messages/index.ts';
import type { Exchange, LegacyAnswer, LegacyRequest, Send } from '../transport/legacy-transport.ts';
import { type PayDeadlines, pay } from './payout.ts';
import type { SentPayouts } from './sent-payouts.ts';

const ACCOUNT = { accountNo: '100200000001', customerId: 'C000000001', traceId: 'trace' };
const KEY = 'key-00000001';
const DEADLINES: PayDeadlines = { answerWithinMs: 50, knownWithinMs: 300 };

type PayoutExchange = Exchange<LegacyAnswer<typeof PAYOUT.answer>>;

const paid: PayoutExchange = {
  kind: 'answered',
  answer: {
    done: true,
    rspCd: '0000',
    body: {
      PAYO_ID: 'id',
      PAID_DT: '2026-11-20',
      PAID_TM: '18:03:12.345',
      REPL_FG: 'N',
      ACNO: ACCOUNT.accountNo,
      BS_DT: '2026-11-20',
      BS_SEQ: 4n,
      FR_DT: '2026-11-19',
      TO_DT: '2026-11-20',
      GRS: 1n,
      ITX: 0n,
      LTX: 0n,
      FTX: 0n,
      NET: 1n,
      CUR_CD: 'KRW',
      BAL_AFT: 2n,
      MEMO: '',
      LINE: [],
    },
  },
};
const lost: PayoutExchange = { kind: 'no-answer', why: 'the session was closed' };
const coded = (rspCd: string): PayoutExchange => ({
  kind: 'answered',
  answer: { done: false, rspCd, body: { BS_DT: '2026-11-20', BS_SEQ: 4n, MSG_TX: '' } },
});

/** A record that keeps no payout. */
const NO_RECORD: SentPayouts = {
  record: async () => ({ kind: 'recorded' }),
  settle: async () => undefined,
  handOver: async () => undefined,
  find: async () => null,
  claimOverdue: async () => [],
  deleteOld: async () => 0,
};
const payVia = (send: Send, request: { memo?: string }, deadlines: PayDeadlines) =>
  pay({ send, sentPayouts: NO_RECORD, deadlines }, ACCOUNT, KEY, request);

/** A legacy core that gives these exchanges in order, the last one repeatedly, and keeps the requests. */
function scripted(...exchanges: PayoutExchange[]) {
  const requests: LegacyRequest<Layout, Layout>[] = [];
  const send: Send = async (_traceId, request) => {
    requests.push(request as unknown as LegacyRequest<Layout, Layout>);
    const exchange = exchanges.length > 1 ? exchanges.shift() : exchanges[0];
    return exchange as never;
  };
  return { send, requests, sent: () => requests.map(({ message }) => message.trCd) };
}

describe('a payout through the legacy core', () => {
  it('is one telegram if the answer comes', async () => {
    const core = scripted(paid);
    expect(await payVia(core.send, { memo: '이자' }, DEADLINES)).toMatchObject({
      ok: true,
      body: { replayed: false, payout: { payoutId: 'id' } },
    });
    expect(core.sent()).toEqual(['DPI2100']);
    expect(core.requests[0]?.body).toEqual({
      ACNO: ACCOUNT.accountNo,
      CSNO: 'C000000001',
      CHKEY: KEY,
      MEMO: '이자',
    });
  });

  it('that was not sent is UNAVAILABLE, without an inquiry', async () => {
    const core = scripted({ kind: 'not-sent', why: 'no session' });
    expect(await payVia(core.send, {}, DEADLINES)).toMatchObject({
      ok: false,
      problem: { code: 'UNAVAILABLE', status: 503 },
      retryAfterSeconds: 1,
    });
    expect(core.sent()).toEqual(['DPI2100']);
  });

  it.each([
    ['no answer came', lost],
    ['the legacy core lost its database', coded('E998')],
    ['the legacy core cannot write its answer', coded('E906')],
    ['its GUID came before, and that one may have paid', coded('E304')],
  ])('is inquired about by its GUID and never sent again if %s', async (_what, first) => {
    const core = scripted(first, lost, coded('E602'), coded('E503'), paid);
    expect(await payVia(core.send, {}, { ...DEADLINES, knownWithinMs: 5_000 })).toMatchObject({
      ok: true,
    });
    expect(core.sent()).toEqual(['DPI2100', 'DPI9100', 'DPI9100', 'DPI9100', 'DPI9100']);
    const [payout, ...inquiries] = core.requests;
    for (const inquiry of inquiries) expect(inquiry.orgGuid).toBe(payout?.guid);
    expect(new Set(core.requests.map(({ guid }) => guid)).size).toBe(5);
  });

  it('is OUTCOME_UNKNOWN if its outcome is not known in time', async () => {
    const startedMs = performance.now();
    const core = scripted(lost);
    expect(await payVia(core.send, {}, DEADLINES)).toMatchObject({
      ok: false,
      problem: { code: 'OUTCOME_UNKNOWN', status: 504 },
    });
    expect(performance.now() - startedMs).toBeLessThan(DEADLINES.knownWithinMs + 100);
    expect(core.sent().filter((trCd) => trCd === 'DPI2100')).toHaveLength(1);
    expect(core.sent().length).toBeGreaterThan(2);
  });

  it('whose idempotency key has an open payout inquires about that payout and sends no other', async () => {
    const core = scripted(paid);
    const guid = 'G'.repeat(32);
    const sentPayouts: SentPayouts = { ...NO_RECORD, record: async () => ({ kind: 'unsettled', guid }) };
    expect(await pay({ send: core.send, sentPayouts, deadlines: DEADLINES }, ACCOUNT, KEY, {})).toMatchObject(
      {
        body: { replayed: true },
      },
    );
    expect(core.sent()).toEqual(['DPI9100']);
    expect(core.requests[0]?.orgGuid).toBe(guid);
  });

  it('whose idempotency key is in progress is not sent', async () => {
    const core = scripted(paid);
    const sentPayouts: SentPayouts = { ...NO_RECORD, record: async () => ({ kind: 'in-progress' }) };
    expect(await pay({ send: core.send, sentPayouts, deadlines: DEADLINES }, ACCOUNT, KEY, {})).toMatchObject(
      {
        problem: { code: 'REQUEST_IN_PROGRESS' },
      },
    );
    expect(core.sent()).toEqual([]);
  });

  it('that was never executed is UNAVAILABLE, because a retry is safe', async () => {
    const core = scripted(lost, coded('E601'));
    expect(await payVia(core.send, {}, DEADLINES)).toMatchObject({
      ok: false,
      problem: { code: 'UNAVAILABLE' },
    });
  });

  it.each([
    ['E201', { code: 'ALREADY_PAID_TODAY', basis: { businessDate: '2026-11-20', ledgerSeq: '4' } }],
    ['E202', { code: 'NOTHING_TO_PAY' }],
    ['E107', { code: 'NOT_ELIGIBLE', reason: 'ACCOUNT_DORMANT' }],
    ['E301', { code: 'IDEMPOTENCY_KEY_REUSED', status: 422 }],
    ['E401', { code: 'ACCOUNT_NOT_FOUND', status: 404 }],
    ['E501', { code: 'REQUEST_IN_PROGRESS', status: 409 }],
    ['E502', { code: 'UNAVAILABLE' }],
  ])('refused with %s is the problem %o', async (rspCd, problem) => {
    const core = scripted(coded(rspCd));
    expect(await payVia(core.send, {}, DEADLINES)).toMatchObject({ ok: false, problem });
    expect(core.sent()).toEqual(['DPI2100']);
  });

  it.each<[string, PayoutExchange[], string[]]>([
    ['E304 and found paid', [coded('E304'), paid], ['PAID']],
    ['E304 and found never executed', [coded('E304'), coded('E601')], ['NOT_EXECUTED']],
    ['E304 and not known in time', [coded('E304'), coded('E602')], ['handed over']],
    ['E202', [coded('E202')], ['REFUSED']],
    ['E502', [coded('E502')], ['NOT_EXECUTED']],
  ])('answered with %s is recorded with its outcome', async (_what, exchanges, expected) => {
    const written: string[] = [];
    const sentPayouts: SentPayouts = {
      ...NO_RECORD,
      settle: async (_guid, outcome) => void written.push(outcome),
      handOver: async () => void written.push('handed over'),
    };
    const { send } = scripted(...exchanges);
    await pay({ send, sentPayouts, deadlines: DEADLINES }, ACCOUNT, KEY, {});
    expect(written).toEqual(expected);
  });

  it.each(['E777', 'E999', 'E904'])('answered with %s is a fault with that code', async (rspCd) => {
    await expect(payVia(scripted(coded(rspCd)).send, {}, DEADLINES)).rejects.toThrow(`RSP_CD ${rspCd}`);
  });
});
