import { advanced, type Pattern, type Reach, reachOf, type Standing, type Step, start } from './pointer.ts';

/** Places kept ready; patterns with many `**` could ask for more than there is memory. */
const MAX_PLACES = 10_000;

/** What patterns say of a path. Made once for all paths that are alike to them: /l/0/x and /l/1/x are one place. */
export type Place<Facts> = { facts: Facts; at(step: Step): Place<Facts> };

/** The place of the whole document. `factsOf` is told how far each pattern reaches there, in their order. */
export function rootPlace<Facts>(
  patterns: readonly Pattern[],
  factsOf: (reached: readonly Reach[]) => Facts,
): Place<Facts> {
  const named = new Set(patterns.flat());
  const namesIndexes = [...named].some((step) => /^[0-9]/.test(step));
  const known = new Map<string, Place<Facts>>();

  const placeOf = (standings: readonly Standing[]): Place<Facts> => {
    const name = JSON.stringify(standings);
    const place = known.get(name) ?? newPlace(standings);
    if (known.size < MAX_PLACES) known.set(name, place);
    return place;
  };
  const newPlace = (standings: readonly Standing[]): Place<Facts> => {
    const next = new Map<string | null, Place<Facts>>();
    return {
      facts: factsOf(patterns.map((pattern, i) => reachOf(pattern, standings[i] as Standing))),
      at(step) {
        const text = typeof step === 'string' ? step : namesIndexes ? String(step) : null;
        const name = text !== null && named.has(text) ? text : null;
        const ready = next.get(name);
        if (ready !== undefined) return ready;
        const place = placeOf(patterns.map((p, i) => advanced(p, standings[i] as Standing, name)));
        next.set(name, place);
        return place;
      },
    };
  };
  return placeOf(patterns.map(start));
}
