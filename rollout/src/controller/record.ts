import { pairsOf, pooled } from '../gate/evidence.ts';
import type { Plan } from '../plan.ts';
import type { Action, Decided } from '../store/store.ts';
import type { Judged } from './judge.ts';

/** A record with all that a later reader needs: plan by its hash, counts per stratum, bounds, reasons. */
export function decidedOn(
  plan: Plan,
  { action, by, because }: { action: Action; by: string; because: string },
  judged: Judged | null = null,
): Decided {
  const { name, author, hash } = plan;
  return {
    action,
    by,
    because,
    plan: { name, author, hash },
    ...(judged === null ? {} : { judgement: judged.judgement }),
    ...(judged?.evidence == null ? {} : { evidence: judged.evidence }),
  };
}

/** Mismatches in a judged entry, where there is evidence. */
export function mismatchesIn({ evidence }: Judged): number {
  return evidence === null ? 0 : pairsOf(pooled(evidence)).k;
}
