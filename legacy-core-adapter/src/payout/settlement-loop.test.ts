import { waitFor } from '@core-exit/local-stack/testing';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { type Outcome, type Outcomes, OutcomesUnavailable, type SentPayout } from './sent-payouts.ts';
import type { Ask } from '../transport/telegram-transport/telegram-transport.ts';
import { startSettler } from './settlement-loop.ts';

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
  (codes: Record<string, string>): Ask =>
  async (_traceId, { orgGuid = '' }) =>
    ({
      kind: 'answered',
      answer: {
        done: false,
        rspCd: codes[orgGuid] ?? 'E601',
        body: { BS_DT: null, BS_SEQ: 0n, MSG_TX: '' },
      },
    }) as never;

/** One round over these payouts: what it kept, what it logged, and whether old ones were forgotten after it. */
async function oneRound(ask: Ask, taken: SentPayout[], settle: Outcomes['settle']) {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string): void => void lines.push(JSON.parse(line) as Record<string, unknown>);
  let forgotten = 0;
  const outcomes: Outcomes = {
    note: async () => ({ kind: 'noted' }),
    settle,
    abandon: async () => undefined,
    find: async () => null,
    takeOverdue: async () => taken.splice(0),
    forgetOld: async () => ++forgotten,
  };
  const settler = startSettler({ ask, outcomes, log: pino({ base: null }, { write }) });
  await waitFor(() => forgotten > 0, { timeoutMs: 5_000, what: 'the end of the round' });
  await settler.stop();
  return lines;
}

it('a code nobody knows holds up no other payout of its round: it is logged, and old ones are forgotten', async () => {
  const kept: [string, Outcome][] = [];
  const lines = await oneRound(
    answering({ A: 'E777', B: 'E201' }),
    [sent('A'), sent('B'), sent('C')],
    async (...settled) => void kept.push(settled),
  );
  expect(kept).toEqual([
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

it('an outcome that cannot be kept now is found again later, and wakes nobody', async () => {
  const lines = await oneRound(answering({}), [sent('A')], async () => {
    throw new OutcomesUnavailable('the database is away');
  });
  expect(lines).toMatchObject([{ guid: 'A', level: pino.levels.values['warn'] }]);
});
