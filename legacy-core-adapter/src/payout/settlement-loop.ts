import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { LegacyFault } from '../translation/response-codes.ts';
import type { Send } from '../transport/legacy-transport.ts';
import { type SentPayout, type SentPayouts, SentPayoutsUnavailable } from './sent-payouts.ts';
import { settleOverdue } from './settlement.ts';

/** The status address of a payout changes about this long after the core knows the outcome. */
const EVERY_MS = 1_000;
const DELETE_EVERY_MS = 60_000;

/** Settles overdue payouts in the background until it is stopped. */
export function startSettlementLoop(ports: { send: Send; sentPayouts: SentPayouts; log: Logger }): {
  stop(): Promise<void>;
} {
  const { sentPayouts, log } = ports;
  const stopping = new AbortController();
  let deletedAtMs = Number.NEGATIVE_INFINITY;

  async function round(): Promise<void> {
    const { settled, unknown, failed } = await settleOverdue(ports);
    for (const { guid, traceId } of settled) log.info({ guid, traceId }, 'outcome of a lost payout found');
    for (const { guid, traceId } of unknown) log.warn({ guid, traceId }, 'outcome of a payout still unknown');
    for (const { payout, fault } of failed) logFailed(log, payout, fault);
    if (performance.now() - deletedAtMs < DELETE_EVERY_MS) return;
    deletedAtMs = performance.now();
    await sentPayouts.deleteOld();
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await round().catch((fault: unknown) => {
        log[levelOf(fault)]({ err: fault }, 'lost payouts could not be settled: next attempt in a second');
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

/** An unavailable database returns without help. For any other fault a person must act. */
const levelOf = (fault: unknown): 'warn' | 'error' =>
  fault instanceof SentPayoutsUnavailable ? 'warn' : 'error';
