import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type Outcomes, OutcomesUnavailable, type SentPayout } from './sent-payouts.ts';
import { settleOverdue } from './settlement.ts';
import type { Ask } from '../transport/telegram-transport/telegram-transport.ts';
import { LegacyFault } from '../translation/response-codes.ts';

/** A status address changes within about this time after the core can tell. */
const EVERY_MS = 1_000;
const FORGET_EVERY_MS = 60_000;

/** Settles overdue payouts in the background, from the start of the process to its stop. */
export function startSettler(ports: { ask: Ask; outcomes: Outcomes; log: Logger }): {
  stop(): Promise<void>;
} {
  const { outcomes, log } = ports;
  const stopping = new AbortController();
  let forgottenAtMs = Number.NEGATIVE_INFINITY;

  async function round(): Promise<void> {
    const { settled, unknown, failed } = await settleOverdue(ports);
    for (const { guid, traceId } of settled) log.info({ guid, traceId }, 'outcome of a lost payout found');
    for (const { guid, traceId } of unknown) log.warn({ guid, traceId }, 'outcome of a payout still unknown');
    for (const { payout, fault } of failed) logFailed(log, payout, fault);
    if (performance.now() - forgottenAtMs < FORGET_EVERY_MS) return;
    forgottenAtMs = performance.now();
    await outcomes.forgetOld();
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await round().catch((fault: unknown) => {
        log[levelOf(fault)]({ err: fault }, 'lost payouts could not be settled: tried again in a second');
      });
      await pause(EVERY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  const done = run();
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

function logFailed(log: Logger, { guid, traceId }: SentPayout, fault: unknown): void {
  const rspCd = fault instanceof LegacyFault ? fault.rspCd : undefined;
  log[levelOf(fault)]({ guid, traceId, rspCd, err: fault }, 'outcome of a payout could not be settled');
}

/** A database that is away comes back; anything else needs somebody. */
const levelOf = (fault: unknown): 'warn' | 'error' =>
  fault instanceof OutcomesUnavailable ? 'warn' : 'error';
