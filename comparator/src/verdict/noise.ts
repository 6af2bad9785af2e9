import { signTest } from '@core-exit/rollout';

/**
 * A request for which the legacy core was asked twice: whether the new core differed from the legacy core's first answer,
 * and whether the legacy core's second did.
 */
export type NoisePair = { operation: string; newDiffers: boolean; legacyDiffers: boolean };

/** What the pairs of one operation say. `p`: how likely so many differences of the new core are if it is no worse. */
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
   * The pairs are of the same requests, so the question is which of the two differs alone, and its answer exact (McNemar);
   * a ratio of two rates says nothing where both are rare.
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

/** Of a trace id's random end: 32 bits. */
const SAMPLED_DIGITS = 8;

/** Whether a request belongs to the sampled share (0 to 1). The trace id decides, so every gateway decides alike. */
export function isSampled(traceId: string, share: number): boolean {
  return Number.parseInt(traceId.slice(-SAMPLED_DIGITS), 16) < share * 16 ** SAMPLED_DIGITS;
}
