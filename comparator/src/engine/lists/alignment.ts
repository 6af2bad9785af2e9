import type { StepBudget } from '../step-budget.ts';
import type { Ids } from './common-subsequence.ts';

/** How much two elements have in common, from 0 to 1. Elements are named by their indexes. */
export type Similarity = (left: number, right: number) => number;

/** One step of an alignment: which element of the left list corresponds to which element of the right list. */
export type ElementPair =
  | { kind: 'both'; left: number; right: number }
  | { kind: 'moved'; left: number; right: number }
  | { kind: 'removed'; left: number }
  | { kind: 'added'; right: number };

/** Two lists to align. */
export type ListPair = {
  left: Ids;
  right: Ids;
  /** Whether rules make two elements equal. Called only for elements whose ids differ. */
  isSame: ((left: number, right: number) => boolean) | null;
  similarity: Similarity;
  /**
   * Several alignments can be equally good. The choice must not depend on which list is called left, so exactly one of
   * the two orders (A, B) and (B, A) has `isSwapped: true` and is aligned the other way round.
   */
  isSwapped: boolean;
  budget: StepBudget;
};
