import type { Verdict } from '@core-exit/rollout';
import { isLong } from '../verdict/long-answers.ts';
import { isSampled } from '../verdict/noise.ts';
import { type Shadow, settle } from '../verdict/settle.ts';
import type { AnsweredRequest } from './answered-request.ts';
import { asAnswered } from './conclude.ts';
import { type ShadowCall, sendTo } from './shadow-call.ts';

/** Verdicts of a comparison of two answers from one state. */
const COMPARED: ReadonlySet<Verdict> = new Set<Verdict>(['match', 'explained', 'mismatch']);

/**
 * Whether the shadow's request is sent to the legacy core as well. Long answers are left out, because their comparison would
 * run in the gateway's own thread.
 */
export function isNoiseSample(answered: AnsweredRequest, shadow: Shadow): boolean {
  const { compiled, gateway, decision, primary, trace } = answered;
  if (decision.primary !== 'legacy' || gateway.recorder.noise === undefined || gateway.isShedding())
    return false;
  return isSampled(trace.traceId, compiled.operation.noiseShare ?? 0) && !isLong({ primary, shadow });
}

/**
 * The noise baseline: sends the shadow's request to the legacy core as well, so that the difference of the legacy core from
 * itself is known. This step runs after the verdict and cannot change it. A pair counts only if both comparisons were made
 * from one state. Never rejects.
 */
export async function measureNoise(
  answered: AnsweredRequest,
  shadow: Shadow,
  due: ShadowCall,
): Promise<void> {
  const { compiled, gateway, primary } = answered;
  const { operation } = compiled;
  try {
    const terms = compiled.termsOn(gateway.now());
    const verdictOf = (one: Shadow) => settle(primary, asAnswered(operation, primary, one), terms).verdict;
    const ofNew = verdictOf(shadow);
    if (!COMPARED.has(ofNew)) return;
    const call = await sendTo('legacy', answered, due);
    const repeated: Shadow = { kind: 'called', call, isPinned: due.request.isPinned };
    if (isLong({ primary, shadow: repeated })) return;
    const ofLegacy = verdictOf(repeated);
    if (!COMPARED.has(ofLegacy)) return;
    const [newDiffers, legacyDiffers] = [ofNew === 'mismatch', ofLegacy === 'mismatch'];
    gateway.recorder.noise?.({ operation: operation.name, newDiffers, legacyDiffers });
  } catch (error) {
    gateway.log.error(
      { err: error, operation: operation.name },
      'the noise baseline failed: this pair is not counted; correct the operations file',
    );
  }
}
