import { setTimeout as pause } from 'node:timers/promises';
import type { AccountRequest } from '@core-exit/bank-contract';
import { newGuid } from '../../telegram/guid.ts';
import { INQUIRY } from '../../telegram/messages/index.ts';
import { backOffMs } from '../back-off.ts';
import { accountFields } from '../translation/requests.ts';
import { meaningOf } from '../translation/response-codes.ts';
import type { LegacyAnswer, Send } from '../transport/legacy-transport.ts';

/** The legacy core waits 300 ms for a payout that is still running, so it needs a little longer to answer. */
const INQUIRY_WITHIN_MS = 1_000;
const FIRST_PAUSE_MS = 50;
const MOST_PAUSE_MS = 1_000;

export type PayoutAnswer = LegacyAnswer<typeof INQUIRY.answer>;

/**
 * Inquires about the payout with `orgGuid` until the legacy core knows its outcome or until `deadlineMs` (of
 * `performance.now`). Returns null if the outcome is still unknown. An answer that the payout was never executed is
 * final, because the legacy core then refuses this GUID even if the lost telegram still arrives.
 */
export async function inquire(
  send: Send,
  account: AccountRequest,
  orgGuid: string,
  deadlineMs: number,
): Promise<PayoutAnswer | null> {
  for (let attempt = 0; ; attempt++) {
    const leftMs = deadlineMs - performance.now();
    if (leftMs <= 0) return null;
    const exchange = await send(account.traceId, {
      message: INQUIRY,
      body: accountFields(account),
      guid: newGuid(),
      orgGuid,
      withinMs: Math.min(INQUIRY_WITHIN_MS, leftMs),
    });
    if (exchange.kind === 'answered' && isFinal(exchange.answer)) return exchange.answer;
    const pauseMs = backOffMs(attempt, Math.random(), FIRST_PAUSE_MS, MOST_PAUSE_MS);
    await pause(Math.max(0, Math.min(pauseMs, deadlineMs - performance.now())));
  }
}

/** Problem codes about the payout itself. All other problem codes are about the inquiry. */
const FINAL_PROBLEMS = ['E301', 'E401', 'E601'];

function isFinal({ rspCd }: PayoutAnswer): boolean {
  const { as } = meaningOf(rspCd);
  return as === 'done' || as === 'refusal' || FINAL_PROBLEMS.includes(rspCd);
}
