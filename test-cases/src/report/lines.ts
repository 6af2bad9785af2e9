import { count, type Result } from '../result.ts';
import { coverageOf, coverageTable } from './coverage.ts';

/** One JSON line for each case, and a last line with the counts. Cores can skip rows; the domain never skips one. */
export function jsonLines(results: readonly Result[], canSkip: boolean): string {
  const lines = results.map((result) => JSON.stringify(jsonLine(result)));
  const { passed, failed, skipped } = count(results);
  return `${[...lines, JSON.stringify({ passed, failed, ...(canSkip && { skipped }) })].join('\n')}\n`;
}

function jsonLine(result: Result) {
  const { one } = result;
  const about = { id: one.row.id, pass: result.outcome === 'pass', expected: one.row.expect };
  switch (result.outcome) {
    case 'pass':
      return { ...about, actual: result.actual, ...(result.paid && { paid: true }) };
    case 'fail':
      return { ...about, actual: result.actual, problems: result.problems };
    case 'skipped':
      return { ...about, pass: null, actual: null, skipped: result.reason };
  }
}

/** The report for a person: failures, coverage, counts. */
export function summary(results: readonly Result[], target: string, seconds: number): string {
  const { passed, failed, skipped } = count(results);
  const paid = results.filter((result) => result.outcome === 'pass' && result.paid).length;
  return `${[
    ...results.flatMap((result) => (result.outcome === 'fail' ? [failureText(result)] : [])),
    coverageTable(coverageOf(results)),
    '',
    ...skippedLines(results),
    `${target}: ${passed} passed, ${failed} failed, ${skipped} skipped of ${results.length} rows in ${seconds.toFixed(1)} s${paid > 0 ? `; ${paid} also paid` : ''}`,
  ].join('\n')}\n`;
}

function failureText({ one, ...result }: Extract<Result, { outcome: 'fail' }>): string {
  const { id, title, source, expect } = one.row;
  return [
    `FAIL ${id}${title === undefined ? '' : `: ${title}`}`,
    `  at       ${one.file}:${one.line}`,
    ...(source === undefined ? [] : [`  source   ${source}`]),
    `  expected ${JSON.stringify(expect)}`,
    `  actual   ${JSON.stringify(result.actual)}`,
    ...result.problems.map((problem) => `  ${problem}`),
    ...(result.explanation === null ? [] : result.explanation.split('\n').map((line) => `    ${line}`)),
    '',
  ].join('\n');
}

function skippedLines(results: readonly Result[]): string[] {
  const byReason = Map.groupBy(
    results.filter((result) => result.outcome === 'skipped'),
    ({ reason }) => reason,
  );
  return [...byReason].map(([reason, rows]) => `skipped ${rows.length}: ${reason}`);
}
