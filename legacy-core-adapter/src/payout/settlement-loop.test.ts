import { waitFor } from '@core-exit/local-stack/testing';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import type { Send } from '../transport/legacy-transport.ts';
import { type Outcome, type SentPayout, type SentPayouts, SentPayoutsUnavailable } from './sent-payouts.ts';
import { startSettlementLoop } from './settlement-loop.ts';

const sent = (guid: string): SentPayout => ({
  guid,
  accountNo: '100200000001',
  customerId: 'C000000001',
  traceId: `trace of ${guid}`,
  notedAt: new Date('2026-11-20T09:03:12.345Z'),
  outcome: null,
});

/** A legacy core that answers each inquiry with the code of its payout. */
const answering =
  (codes: Record<string, string>): Send =>
  async (_traceId, { orgGuid = '' }) =>
    ({
      kind: 'answered',
      answer: {
        done: false,
        rspCd: codes[orgGuid] ?? 'E601',
        body: { BS_DT: null, BS_SEQ: 0n, MSG_TX: '' },
      },
    }) as never;

/** Runs one round over these payouts, until old payouts are deleted after it. Returns the log lines. */
async function oneRound(send: Send, overdue: SentPayout[], settle: SentPayouts['settle']) {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string): void => void lines.push(JSON.parse(line) as Record<string, unknown>);
  let deletions = 0;
  const sentPayouts: SentPayouts = {
    record: async () => ({ kind: 'recorded' }),
    settle,
    handOver: async () => undefined,
    find: async () => null,
    claimOverdue: async () => overdue.splice(0),
    deleteOld: async () => ++deletions,
  };
  const settlement = startSettlementLoop({ send, sentPayouts, log: pino({ base: null }, { write }) });
  await waitFor(() => deletions > 0, { timeoutMs: 5_000, what: 'the end of the round' });
  await settlement.stop();
  return lines;
}

it('an unknown code is logged and stops no other payout of its round, and old payouts are deleted', async () => {
  const written: [string, Outcome][] = [];
  const lines = await oneRound(
    answering({ A: 'E777', B: 'E201' }),
    [sent('A'), sent('B'), sent('C')],
    async (...settled) => void written.push(settled),
  );
  expect(written).toEqual([
    ['B', 'REFUSED'],
    ['C', 'NOT_EXECUTED'],
  ]);
  expect(lines.map(({ guid, level, rspCd }) => [guid, level, rspCd])).toEqual([
    ['B', pino.levels.values['info'], undefined],
    ['C', pino.levels.values['info'], undefined],
    ['A', pino.levels.values['error'], 'E777'],
  ]);
  expect(lines[2]).toMatchObject({ traceId: 'trace of A', err: { code: 'LEGACY_FAULT' } });
});

it('an outcome that cannot be recorded now is a warning, because a later round finds the outcome again', async () => {
  const lines = await oneRound(answering({}), [sent('A')], async () => {
    throw new SentPayoutsUnavailable('the database is away');
  });
  expect(lines).toMatchObject([{ guid: 'A', level: pino.levels.values['warn'] }]);
});
