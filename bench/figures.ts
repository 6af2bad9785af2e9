/** The middle value of an odd number of rounds. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** From the least to the greatest value, printed beside a median. */
export function range(values: readonly number[], digits: number): string {
  return `${Math.min(...values).toFixed(digits)} .. ${Math.max(...values).toFixed(digits)}`;
}

/** A plain text table; the first column is aligned left, the figures right. */
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

export type BenchOptions = {
  /** A short run that shows that the bench works; its figures have no meaning. */
  isQuick: boolean;
  /** Number of accounts of the audit. */
  accounts?: number | undefined;
  /** Faults of the fault matrix by name; empty: all of them. */
  faults: readonly string[];
};

/** The items in another order each round, so that none is always the first or always after the same other one. */
export function inTurns<T>(items: readonly T[], round: number): T[] {
  const stride = items.length % 3 === 0 ? 1 : 3; // without a common divisor with the number of items, each item is the first once
  const from = items.length === 0 ? 0 : (round * stride) % items.length;
  const turned = [...items.slice(from), ...items.slice(0, from)];
  return round % 2 === 0 ? turned : turned.toReversed();
}

/** How a bound is printed beside its figure. A bench does not fail on it, because other processes can cause a miss. */
export function held(isHeld: boolean): string {
  return isHeld ? 'reached' : 'MISSED';
}
