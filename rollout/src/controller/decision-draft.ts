import { pairsOf, pooled } from '../gate/evidence.ts';
import type { Plan } from '../plan/plan.ts';
import type { Action, DecisionDraft } from '../store/store.ts';
import type { Judged } from './judge.ts';

/** Adds to an action what a later reader needs: the hash of the plan, the judgement with its reasons, and the evidence. */
export function decisionDraft(
  plan: Plan,
  { action, by, because }: { action: Action; by: string; because: string },
  judged: Judged | null = null,
): DecisionDraft {
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

/** The number of mismatches in the evidence; 0 without evidence. */
export function mismatchesIn({ evidence }: Judged): number {
  return evidence === null ? 0 : pairsOf(pooled(evidence)).k;
}
