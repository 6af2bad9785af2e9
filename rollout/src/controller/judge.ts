import type { EvidenceSource } from '../evidence-source.ts';
import type { Entry } from '../flag-control.ts';
import type { Evidence } from '../gate/evidence.ts';
import { type Judgement, judgementOf, unknown } from '../gate/judgement.ts';
import { evaluateAtLooks } from '../gate/looks.ts';
import type { PlannedStage } from '../plan.ts';

export type Judged = { judgement: Judgement; evidence: Evidence | null };

/** A source says what it knows now; clocks of two machines differ by seconds. Older: a cache, or a source that hangs. */
const MAX_AGE_MS = 5 * 60_000;

/** Asks for the evidence of an entry and judges it. A stage without shadow compares nothing, so it passes. */
export async function judge(
  stage: PlannedStage,
  entry: Entry,
  source: EvidenceSource,
  now: Date,
): Promise<Judged> {
  if (stage.shadow === 0) return { judgement: judgementOf([], []), evidence: null };
  const answer = await source(entry);
  if ('unreachable' in answer) {
    return { judgement: unknown('EVIDENCE_UNREACHABLE', answer.unreachable), evidence: null };
  }
  // Earlier would mix two entries, later would leave out what came first.
  if (answer.stage !== entry.stage || Date.parse(answer.from) !== Date.parse(entry.since)) {
    const detail = `asked for ${entry.stage} since ${entry.since}, got ${answer.stage} from ${answer.from}`;
    return { judgement: unknown('EVIDENCE_OF_ANOTHER_STAGE', detail), evidence: null };
  }
  if (now.getTime() - Date.parse(answer.to) > MAX_AGE_MS) {
    const detail = `it ends at ${answer.to}, and now is ${now.toISOString()}`;
    return { judgement: unknown('EVIDENCE_STALE', detail), evidence: null };
  }
  return { judgement: evaluateAtLooks(stage.gate, answer), evidence: answer };
}
