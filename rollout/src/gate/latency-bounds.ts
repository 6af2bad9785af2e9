import type { Latency } from './evidence.ts';
import { type QuantileBounds, quantileBounds } from './quantile-bounds.ts';

/**
 * Bounds in milliseconds of a quantile of a core's times, each wrong with at most the chance `alpha`. Of buckets the lower
 * one is the edge that its calls were longer than: neither side of a comparison is a bucket too easy.
 */
export function latencyBounds(
  { histogram, bucketed = false }: Latency,
  quantile: number,
  alpha: number,
): QuantileBounds {
  const bounds = quantileBounds(histogram, quantile, alpha);
  if (!bucketed || !Number.isFinite(bounds.lower)) return bounds;
  const shorter = histogram.map(([ms]) => ms).filter((ms) => ms < bounds.lower);
  return { ...bounds, lower: Math.max(0, ...shorter) };
}
