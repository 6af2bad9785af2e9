import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer } from '../answer.ts';
import type { CoreName } from '../cores/core-client.ts';
import type { Observation } from '../cores/observation.ts';
import { disagreement, type Observed, observeOnBoth, type Progress, runOnCores } from '../cores/run-cores.ts';
import type { Stack } from '../cores/stack.ts';
import { loadCases } from '../load/load.ts';
import { coverageOf, coverageTable } from '../report/coverage.ts';
import type { Result } from '../result.ts';
import type { Case } from '../row/row.ts';
import type { PayoutRow } from '../row/schema.ts';
import { requiredPairs } from './required.ts';
import { questions } from './rows.ts';

const CASES = join(import.meta.dirname, '..', '..', 'cases');
const GOLDEN = join(CASES, 'golden');
const MATRIX = join(CASES, 'matrix');

/** The cores disagree, with each other or with a golden row: there is no answer to record. */
class NoOracle extends Error {
  readonly code = 'NO_ORACLE';
}

/**
 * Writes the matrix. Its answers do not come from the code under test alone: each is what the legacy core, written
 * independently, and the new core both say, after both have passed every golden row.
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
    throw new NoOracle(`golden row ${failed.one.row.id}: ${failed.problems.join('; ')}`);
  const asked = questions().map(unanswered);
  const observed = await observeOnBoth(asked, { stack, signal, progress: progress('matrix') });
  const rows = observed.map(agreedRow);
  write(rows);
  const results = rows.map(
    (row): Result => ({ one: { ...unanswered(row), row } as Case, outcome: 'pass', actual: {}, paid: false }),
  );
  const { required, missing } = requiredPairs(results.map(({ one }) => one));
  return `${coverageTable(coverageOf(results))}\n\npairs of values: ${required - missing.length} of ${required} present`;
}

function unanswered(question: Omit<PayoutRow, 'expect'>): Case {
  return { kind: 'payout', file: 'matrix', line: 0, row: { ...question, expect: { refusal: null } } };
}

function agreedRow(observed: Observed): PayoutRow {
  const { row } = observed.one;
  const fail = (why: string): never => {
    throw new NoOracle(`${row.id} (${row.title ?? ''}): ${why}\n${JSON.stringify(row.given)}`);
  };
  if ('skipped' in observed) return fail(observed.skipped);
  const { said } = observed;
  const faults = Object.values(said).flatMap((one) => one.faults);
  const differing = [...faults, ...disagreement(said)];
  if (differing.length > 0) return fail(differing.join('; '));
  const answer = answerOf(said, 'legacy') ?? fail('the legacy core was not asked');
  return { ...(row as PayoutRow), expect: answer as PayoutRow['expect'] };
}

const answerOf = (said: Partial<Record<CoreName, Observation>>, core: CoreName): Answer | undefined =>
  said[core]?.answer;

/** Rows a file: small enough to be read by a person who looks for one. */
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
