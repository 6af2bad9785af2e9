import { dimensionsOf } from '../matrix/dimensions.ts';
import type { Result } from '../result.ts';

export type Coverage = Map<string, Map<string, { rows: number; failed: number }>>;

/** Number of rows for each value of each dimension. */
export function coverageOf(results: readonly Result[]): Coverage {
  const coverage: Coverage = new Map();
  for (const { one, outcome } of results) {
    for (const [dimension, values] of Object.entries(dimensionsOf(one))) {
      const table = coverage.get(dimension) ?? new Map<string, { rows: number; failed: number }>();
      coverage.set(dimension, table);
      for (const value of values) {
        const cell = table.get(value) ?? { rows: 0, failed: 0 };
        table.set(value, { rows: cell.rows + 1, failed: cell.failed + (outcome === 'fail' ? 1 : 0) });
      }
    }
  }
  return coverage;
}

export function coverageTable(coverage: Coverage): string {
  const lines = [
    `${'dimension'.padEnd(18)}${'value'.padEnd(34)}${'rows'.padStart(7)}${'failed'.padStart(8)}`,
  ];
  for (const [dimension, values] of coverage) {
    let name = dimension;
    for (const [value, { rows, failed }] of [...values].sort(([a], [b]) => (a < b ? -1 : 1))) {
      lines.push(
        `${name.padEnd(18)}${value.padEnd(34)}${String(rows).padStart(7)}${String(failed).padStart(8)}`,
      );
      name = '';
    }
  }
  return lines.join('\n');
}
