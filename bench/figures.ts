/** Of an odd number of rounds: the one in the middle. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Least to greatest: the honest spread beside a median. */
export function range(values: readonly number[], digits: number): string {
  return `${Math.min(...values).toFixed(digits)} .. ${Math.max(...values).toFixed(digits)}`;
}

/** A plain text table, first column to the left, figures to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join('  '),
    )
    .join('\n');
}

/** `isQuick`: a run so short that it only shows that the bench ends and checks itself; its figures say nothing. */
export type BenchOptions = { isQuick: boolean };

/** The same items in another order each round, so that none always comes first or always behind the same other. */
export function inTurns<T>(items: readonly T[], round: number): T[] {
  const stride = items.length % 3 === 0 ? 1 : 3; // no divisor in common with their number: each comes first in its turn
  const from = items.length === 0 ? 0 : (round * stride) % items.length;
  const turned = [...items.slice(from), ...items.slice(0, from)];
  return round % 2 === 0 ? turned : turned.toReversed();
}

/** A bound as it is printed beside its figure; a bench does not fail on it, because other processes can miss it. */
export function held(isHeld: boolean): string {
  return isHeld ? 'reached' : 'MISSED';
}
