import type { Ask } from '../transport/telegram-transport/telegram-transport.ts';
import { inquire } from './inquiry.ts';
import { type Outcomes, outcomeOf, type SentPayout } from './sent-payouts.ts';

/** Payouts settled in one round: a core that comes back is not met by all of a night at once. */
const MOST_AT_ONCE = 16;
/** One patient inquiry each; what is not known then waits for its next turn. */
const KNOWN_WITHIN_MS = 2_000;

export type Round = {
  settled: SentPayout[];
  unknown: SentPayout[];
  /** Whose answer has no meaning here, or whose outcome could not be kept: taken again in its next turn. */
  failed: { payout: SentPayout; fault: unknown }[];
};

/**
 * Asks what became of payouts that were sent and whose caller has gone, by their own GUID, and keeps the outcomes.
 * Whoever sent them may be this adapter, one that died, or one beside it. Trouble with one holds up no other.
 */
export async function settleOverdue({ ask, outcomes }: { ask: Ask; outcomes: Outcomes }): Promise<Round> {
  const taken = await outcomes.takeOverdue(MOST_AT_ONCE);
  const round: Round = { settled: [], unknown: [], failed: [] };
  await Promise.all(
    taken.map(async (payout) => {
      try {
        const answer = await inquire(ask, payout, payout.guid, performance.now() + KNOWN_WITHIN_MS);
        if (answer !== null) await outcomes.settle(payout.guid, outcomeOf(answer));
        round[answer === null ? 'unknown' : 'settled'].push(payout);
      } catch (fault) {
        round.failed.push({ payout, fault });
      }
    }),
  );
  return round;
}
