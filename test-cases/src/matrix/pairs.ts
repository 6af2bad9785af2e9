/** One value of each dimension, by its index. */
export type Choice = readonly number[];

/**
 * Choices that contain every pair of values of two dimensions at least once. Greedy, after AETG: each choice begins with a
 * missing pair, and every other dimension takes the value with the most missing pairs. The number of choices is about the
 * number of pairs of the two largest dimensions, and not the product of all. The same sizes give the same choices.
 */
export function allPairs(sizes: readonly number[]): Choice[] {
  const missing = new Set<string>();
  for (const [a, sizeA] of sizes.entries()) {
    for (let b = a + 1; b < sizes.length; b += 1) {
      for (let x = 0; x < sizeA; x += 1)
        for (let y = 0; y < (sizes[b] ?? 0); y += 1) missing.add(pair(a, x, b, y));
    }
  }
  const choices: Choice[] = [];
  for (let first = missing.values().next(); !first.done; first = missing.values().next()) {
    const choice = complete(seeded(first.value, sizes.length), sizes, missing);
    for (const [a, x] of choice.entries())
      for (let b = a + 1; b < choice.length; b += 1) missing.delete(pair(a, x, b, choice[b] ?? 0));
    choices.push(choice);
  }
  return choices;
}

const pair = (a: number, x: number, b: number, y: number): string =>
  a < b ? `${a}.${x}.${b}.${y}` : `${b}.${y}.${a}.${x}`;

function seeded(missingPair: string, length: number): (number | null)[] {
  const [a = 0, x = 0, b = 0, y = 0] = missingPair.split('.').map(Number);
  return Array.from({ length }, (_, d) => (d === a ? x : d === b ? y : null));
}

function complete(
  partial: (number | null)[],
  sizes: readonly number[],
  missing: ReadonlySet<string>,
): number[] {
  const choice = [...partial];
  for (const [d, size] of sizes.entries()) {
    if (choice[d] !== null) continue;
    const gain = (value: number) =>
      choice.filter((other, o) => other !== null && missing.has(pair(d, value, o, other))).length;
    choice[d] = Array.from({ length: size }, (_, value) => value).reduce(
      (best, value) => (gain(value) > gain(best) ? value : best),
      0,
    );
  }
  return choice.map((value) => value ?? 0);
}
