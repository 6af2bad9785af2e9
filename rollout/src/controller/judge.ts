import type { Evidence } from '../gate/evidence.ts';
import { type Judgement, judgementOf, unknown } from '../gate/judgement.ts';
import { evaluateAtLooks } from '../gate/looks.ts';
import type { PlannedStage } from '../plan/plan.ts';
import type { Stay } from '../plan/stay.ts';
import type { EvidenceSource } from './evidence-source.ts';

export type Judged = { judgement: Judgement; evidence: Evidence | null };

/**
 * Evidence ends at the time of the answer, and the clocks of two machines differ by seconds. Older evidence comes from a
 * cache, or from a source that hangs.
 */
const MAX_AGE_MS = 5 * 60_000;

/** Reads the evidence of a stay and judges it. A stage without shadow compares nothing, so it passes without evidence. */
export async function judge(
  stage: PlannedStage,
  stay: Stay,
  source: EvidenceSource,
  now: Date,
): Promise<Judged> {
  if (stage.shadow === 0) return { judgement: judgementOf([], []), evidence: null };
  const answer = await source(stay);
  if ('unreachable' in answer) {
    return { judgement: unknown('EVIDENCE_UNREACHABLE', answer.unreachable), evidence: null };
  }
  // An earlier start would include another stay, and a later start would miss the first verdicts.
  if (answer.stage !== stay.stage || Date.parse(answer.from) !== Date.parse(stay.since)) {
    const detail = `requested ${stay.stage} since ${stay.since}, received ${answer.stage} from ${answer.from}`;
    return { judgement: unknown('EVIDENCE_OF_ANOTHER_STAGE', detail), evidence: null };
  }
  if (now.getTime() - Date.parse(answer.to) > MAX_AGE_MS) {
    const detail = `the evidence ends at ${answer.to}, and the time is ${now.toISOString()}`;
    return { judgement: unknown('EVIDENCE_STALE', detail), evidence: null };
  }
  return { judgement: evaluateAtLooks(stage.gate, answer), evidence: answer };
}
