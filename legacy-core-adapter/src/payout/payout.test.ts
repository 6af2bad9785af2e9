import { describe, expect, it } from 'vitest';
import type { Ask, LegacyAnswer, Question } from '../transport/telegram-transport/telegram-transport.ts';
import type { Exchange } from '../transport/telegram-transport/telegram-session.ts';
import type { Layout } from '../../telegram/layout.ts';
import { PAYOUT } from '../../telegram/messages/index.ts';
import type { Outcomes } from './sent-payouts.ts';
import { type PayDeadlines, pay } from './payout.ts';

const ASKED = { accountNo: '100200000001', customerId: 'C000000001', traceId: 'trace' };
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
      ACNO: ASKED.accountNo,
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

/** Outcomes that are kept nowhere. */
const forgetful: Outcomes = {
  note: async () => ({ kind: 'noted' }),
  settle: async () => undefined,
  abandon: async () => undefined,
  find: async () => null,
  takeOverdue: async () => [],
  forgetOld: async () => 0,
};
const payVia = (ask: Ask, request: { memo?: string }, deadlines: PayDeadlines) =>
  pay({ ask, outcomes: forgetful, deadlines }, ASKED, KEY, request);

/** A legacy core that answers what it is told, the last answer for ever, and keeps the questions. */
function scripted(...exchanges: PayoutExchange[]) {
  const questions: Question<Layout, Layout>[] = [];
  const ask: Ask = async (_traceId, question) => {
    questions.push(question as unknown as Question<Layout, Layout>);
    const exchange = exchanges.length > 1 ? exchanges.shift() : exchanges[0];
    return exchange as never;
  };
  return { ask, questions, sent: () => questions.map(({ message }) => message.trCd) };
}

describe('a payout through the legacy core', () => {
  it('is one telegram when the answer comes', async () => {
    const core = scripted(paid);
    expect(await payVia(core.ask, { memo: '이자' }, DEADLINES)).toMatchObject({
      ok: true,
      body: { replayed: false, payout: { payoutId: 'id' } },
    });
    expect(core.sent()).toEqual(['DPI2100']);
    expect(core.questions[0]?.body).toEqual({
      ACNO: ASKED.accountNo,
      CSNO: 'C000000001',
      CHKEY: KEY,
      MEMO: '이자',
    });
  });

  it('that never left is UNAVAILABLE, with nothing to inquire', async () => {
    const core = scripted({ kind: 'not-sent', why: 'no session' });
    expect(await payVia(core.ask, {}, DEADLINES)).toMatchObject({
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
  ])('is inquired by its GUID, never sent again, when %s', async (_what, first) => {
    const core = scripted(first, lost, coded('E602'), coded('E503'), paid);
    expect(await payVia(core.ask, {}, { ...DEADLINES, knownWithinMs: 5_000 })).toMatchObject({
      ok: true,
    });
    expect(core.sent()).toEqual(['DPI2100', 'DPI9100', 'DPI9100', 'DPI9100', 'DPI9100']);
    const [payout, ...inquiries] = core.questions;
    for (const inquiry of inquiries) expect(inquiry.orgGuid).toBe(payout?.guid);
    expect(new Set(core.questions.map(({ guid }) => guid)).size).toBe(5);
  });

  it('is OUTCOME_UNKNOWN when nobody knows in time', async () => {
    const startedMs = performance.now();
    const core = scripted(lost);
    expect(await payVia(core.ask, {}, DEADLINES)).toMatchObject({
      ok: false,
      problem: { code: 'OUTCOME_UNKNOWN', status: 504 },
    });
    expect(performance.now() - startedMs).toBeLessThan(DEADLINES.knownWithinMs + 100);
    expect(core.sent().filter((trCd) => trCd === 'DPI2100')).toHaveLength(1);
    expect(core.sent().length).toBeGreaterThan(2);
  });

  it('whose key has an open payout asks for that one and sends nothing', async () => {
    const core = scripted(paid);
    const guid = 'G'.repeat(32);
    const outcomes: Outcomes = { ...forgetful, note: async () => ({ kind: 'unsettled', guid }) };
    expect(await pay({ ask: core.ask, outcomes, deadlines: DEADLINES }, ASKED, KEY, {})).toMatchObject({
      body: { replayed: true },
    });
    expect(core.sent()).toEqual(['DPI9100']);
    expect(core.questions[0]?.orgGuid).toBe(guid);
  });

  it('whose key is being paid at this moment sends nothing', async () => {
    const core = scripted(paid);
    const outcomes: Outcomes = { ...forgetful, note: async () => ({ kind: 'in-progress' }) };
    expect(await pay({ ask: core.ask, outcomes, deadlines: DEADLINES }, ASKED, KEY, {})).toMatchObject({
      problem: { code: 'REQUEST_IN_PROGRESS' },
    });
    expect(core.sent()).toEqual([]);
  });

  it('that was never executed is UNAVAILABLE: asking again is safe', async () => {
    const core = scripted(lost, coded('E601'));
    expect(await payVia(core.ask, {}, DEADLINES)).toMatchObject({
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
    expect(await payVia(core.ask, {}, DEADLINES)).toMatchObject({ ok: false, problem });
    expect(core.sent()).toEqual(['DPI2100']);
  });

  it.each<[string, PayoutExchange[], string[]]>([
    ['E304 and found paid', [coded('E304'), paid], ['PAID']],
    ['E304 and found never executed', [coded('E304'), coded('E601')], ['NOT_EXECUTED']],
    ['E304 and not known in time', [coded('E304'), coded('E602')], ['abandoned']],
    ['E202', [coded('E202')], ['REFUSED']],
    ['E502', [coded('E502')], ['NOT_EXECUTED']],
  ])('answered with %s is kept as what it is', async (_what, exchanges, expected) => {
    const kept: string[] = [];
    const outcomes: Outcomes = {
      ...forgetful,
      settle: async (_guid, outcome) => void kept.push(outcome),
      abandon: async () => void kept.push('abandoned'),
    };
    const { ask } = scripted(...exchanges);
    await pay({ ask, outcomes, deadlines: DEADLINES }, ASKED, KEY, {});
    expect(kept).toEqual(expected);
  });

  it.each(['E777', 'E999', 'E904'])('answered with %s is a fault that carries the code', async (rspCd) => {
    await expect(payVia(scripted(coded(rspCd)).ask, {}, DEADLINES)).rejects.toThrow(`RSP_CD ${rspCd}`);
  });
});
