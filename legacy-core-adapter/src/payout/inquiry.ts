import { setTimeout as pause } from 'node:timers/promises';
import type { Asked } from '@core-exit/bank-contract';
import { type Ask, type LegacyAnswer, newGuid } from '../transport/telegram-transport/telegram-transport.ts';
import { backOffMs } from '../back-off.ts';
import { meaningOf } from '../translation/response-codes.ts';
import { INQUIRY } from '../../telegram/messages/index.ts';
import { accountOf } from '../quote/quote.ts';

/** The legacy core itself waits 300 ms for a payout under way; this gives it the time to say so. */
const INQUIRY_WITHIN_MS = 1_000;
const FIRST_PAUSE_MS = 50;
const MOST_PAUSE_MS = 1_000;

type PayoutAnswer = LegacyAnswer<typeof INQUIRY.answer>;

/**
 * Asks what became of the payout with `orgGuid` until the legacy core knows or `deadlineMs` (of `performance.now`)
 * has come; null: nobody knows yet. An answer that it was never executed is final: the legacy core then refuses
 * that GUID for ever, even if the lost telegram still arrives.
 */
export async function inquire(
  ask: Ask,
  asked: Asked,
  orgGuid: string,
  deadlineMs: number,
): Promise<PayoutAnswer | null> {
  for (let attempt = 0; ; attempt++) {
    const leftMs = deadlineMs - performance.now();
    if (leftMs <= 0) return null;
    const exchange = await ask(asked.traceId, {
      message: INQUIRY,
      body: accountOf(asked),
      guid: newGuid(),
      orgGuid,
      withinMs: Math.min(INQUIRY_WITHIN_MS, leftMs),
    });
    if (exchange.kind === 'answered' && isFinal(exchange.answer)) return exchange.answer;
    const pauseMs = backOffMs(attempt, Math.random(), FIRST_PAUSE_MS, MOST_PAUSE_MS);
    await pause(Math.max(0, Math.min(pauseMs, deadlineMs - performance.now())));
  }
}

/** Codes other than these say something about the inquiry, not about the payout. */
const FINAL_PROBLEMS = ['E301', 'E401', 'E601'];

function isFinal({ rspCd }: PayoutAnswer): boolean {
  const { as } = meaningOf(rspCd);
  return as === 'done' || as === 'refusal' || FINAL_PROBLEMS.includes(rspCd);
}
