import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '@core-exit/process/faults';
import type { Answer } from '../answer.ts';
import type { CoreName } from '../cores/core-client.ts';
import type { Observation } from '../cores/observation.ts';
import { disagreement, type Observed, observeOnBoth, type Progress, runOnCores } from '../cores/run-cores.ts';
import type { Stack } from '../cores/stack.ts';
import { CASES_FAULTS } from '../faults.ts';
import { loadCases } from '../load/load.ts';
import { coverageOf, coverageTable } from '../report/coverage.ts';
import type { Result } from '../result.ts';
import type { Case } from '../row/row.ts';
import type { PayoutRow } from '../row/schema.ts';
import { requiredPairs } from './required.ts';
import { inputs } from './rows.ts';

const CASES = join(import.meta.dirname, '..', '..', 'cases');
const GOLDEN = join(CASES, 'golden');
const MATRIX = join(CASES, 'matrix');

/**
 * Writes the matrix. Its answers do not come from the code under test alone: on each answer the new core and the independently
 * written legacy core agree, after both have passed every golden row.
 */
export async function generate(
  stack: Stack,
  { signal, progress }: { signal: AbortSignal; progress: (what: string) => Progress },
): Promise<string> {
  const golden = await runOnCores(loadCases([GOLDEN]), {
    stack,
    cores: ['new', 'legacy'],
    signal,
    progress: progress('golden'),
    pays: false,
  });
  const failed = golden.find((result) => result.outcome === 'fail');
  if (failed?.outcome === 'fail')
    throw new Fault(CASES_FAULTS.NO_ORACLE, `golden row ${failed.one.row.id}: ${failed.problems.join('; ')}`);
  const rowsToAnswer = inputs().map(unanswered);
  const observed = await observeOnBoth(rowsToAnswer, { stack, signal, progress: progress('matrix') });
  const rows = observed.map(agreedRow);
  write(rows);
  const results = rows.map(
    (row): Result => ({ one: { ...unanswered(row), row } as Case, outcome: 'pass', actual: {}, paid: false }),
  );
  const { required, missing } = requiredPairs(results.map(({ one }) => one));
  return `${coverageTable(coverageOf(results))}\n\npairs of values: ${required - missing.length} of ${required} present`;
}

function unanswered(input: Omit<PayoutRow, 'expect'>): Case {
  return { kind: 'payout', file: 'matrix', line: 0, row: { ...input, expect: { refusal: null } } };
}

function agreedRow(observed: Observed): PayoutRow {
  const { row } = observed.one;
  const fail = (why: string): never => {
    throw new Fault(
      CASES_FAULTS.NO_ORACLE,
      `${row.id} (${row.title ?? ''}): ${why}\n${JSON.stringify(row.given)}`,
    );
  };
  if ('skipped' in observed) return fail(observed.skipped);
  const { observations } = observed;
  const faults = Object.values(observations).flatMap((one) => one.faults);
  const differing = [...faults, ...disagreement(observations)];
  if (differing.length > 0) return fail(differing.join('; '));
  const answer = answerOf(observations, 'legacy') ?? fail('the legacy core gave no answer');
  return { ...(row as PayoutRow), expect: answer as PayoutRow['expect'] };
}

const answerOf = (observations: Partial<Record<CoreName, Observation>>, core: CoreName): Answer | undefined =>
  observations[core]?.answer;

/** Rows of one file, few enough for a person to read. */
const ROWS_A_FILE = 500;

function write(rows: readonly PayoutRow[]): void {
  rmSync(MATRIX, { recursive: true, force: true });
  mkdirSync(MATRIX, { recursive: true });
  for (let from = 0; from < rows.length; from += ROWS_A_FILE) {
    const name = `matrix-${String(from + 1).padStart(4, '0')}.jsonl`;
    const lines = rows.slice(from, from + ROWS_A_FILE).map((row) => `${JSON.stringify(row)}\n`);
    writeFileSync(join(MATRIX, name), lines.join(''));
  }
}
