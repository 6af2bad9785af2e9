import { signTest } from '@core-exit/rollout';

/**
 * A request that was sent to the legacy core twice. `newDiffers`: the new core's answer differs from the legacy core's
 * first answer. `legacyDiffers`: the legacy core's second answer differs from its first.
 */
export type NoisePair = { operation: string; newDiffers: boolean; legacyDiffers: boolean };

/** The pairs of one operation. `p`: the probability of so many differences if the new core is no worse than the legacy core. */
export type NoiseReport = {
  operation: string;
  pairs: number;
  newDiffers: number;
  legacyDiffers: number;
  onlyNewDiffers: number;
  onlyLegacyDiffers: number;
  p: number;
};

/** Counts pairs since the start of this process. */
export class NoiseBaseline {
  private readonly counts = new Map<string, Record<'both' | 'onlyNew' | 'onlyLegacy' | 'neither', number>>();

  add({ operation, newDiffers, legacyDiffers }: NoisePair): void {
    const counts = this.counts.get(operation) ?? { both: 0, onlyNew: 0, onlyLegacy: 0, neither: 0 };
    this.counts.set(operation, counts);
    if (newDiffers) counts[legacyDiffers ? 'both' : 'onlyNew'] += 1;
    else counts[legacyDiffers ? 'onlyLegacy' : 'neither'] += 1;
  }

  /**
   * Both answers of a pair belong to the same request, so McNemar's exact test applies: it counts the pairs in which only
   * one of the two differs. A ratio of two rates would be meaningless when both are rare.
   */
  report(): NoiseReport[] {
    return [...this.counts].map(([operation, { both, onlyNew, onlyLegacy, neither }]) => ({
      operation,
      pairs: both + onlyNew + onlyLegacy + neither,
      newDiffers: both + onlyNew,
      legacyDiffers: both + onlyLegacy,
      onlyNewDiffers: onlyNew,
      onlyLegacyDiffers: onlyLegacy,
      p: signTest(onlyNew, onlyLegacy),
    }));
  }
}

/** The last 32 bits of a trace id, which are random. */
const SAMPLED_DIGITS = 8;

/** Whether a request belongs to the sampled share (0 to 1). The trace id decides, so all gateways decide the same. */
export function isSampled(traceId: string, share: number): boolean {
  return Number.parseInt(traceId.slice(-SAMPLED_DIGITS), 16) < share * 16 ** SAMPLED_DIGITS;
}
