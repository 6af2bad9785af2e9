import type { Send } from '../transport/legacy-transport.ts';
import { inquire } from './inquiry.ts';
import { outcomeOf, type SentPayout, type SentPayouts } from './sent-payouts.ts';

/** Payouts of one round, so that a core that works again does not get the inquiries of a whole night at once. */
const MOST_AT_ONCE = 16;
/** Time for each payout. A payout that is still unknown then waits for a later round. */
const KNOWN_WITHIN_MS = 2_000;

export type Round = {
  settled: SentPayout[];
  unknown: SentPayout[];
  /** The answer had an unknown code, or the outcome could not be recorded. A later round tries again. */
  failed: { payout: SentPayout; fault: unknown }[];
};

/**
 * Finds and records the outcomes of payouts that were sent and whose request waits no longer. The sender may be this adapter,
 * one that died, or another instance. A failure of one payout does not stop the others.
 */
export async function settleOverdue({
  send,
  sentPayouts,
}: {
  send: Send;
  sentPayouts: SentPayouts;
}): Promise<Round> {
  const claimed = await sentPayouts.claimOverdue(MOST_AT_ONCE);
  const round: Round = { settled: [], unknown: [], failed: [] };
  await Promise.all(
    claimed.map(async (payout) => {
      try {
        const answer = await inquire(send, payout, payout.guid, performance.now() + KNOWN_WITHIN_MS);
        if (answer !== null) await sentPayouts.settle(payout.guid, outcomeOf(answer));
        round[answer === null ? 'unknown' : 'settled'].push(payout);
      } catch (fault) {
        round.failed.push({ payout, fault });
      }
    }),
  );
  return round;
}
