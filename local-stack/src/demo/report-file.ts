import { closeSync, existsSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { Fault } from '@core-exit/process/faults';
import { STACK_FAULTS } from '../faults.ts';
import type { Report } from './report.ts';

/** Throws REPORT_NOT_WRITABLE before the run, not after it. A file that is there stays as it is. */
export function checkReportFile(path: string): void {
  const isNew = !existsSync(path);
  try {
    closeSync(openSync(path, 'a'));
  } catch (cause) {
    const message = `the report cannot be written to ${path}: ${(cause as Error).message}`;
    throw new Fault(STACK_FAULTS.REPORT_NOT_WRITABLE, message, { cause });
  }
  if (isNew) rmSync(path);
}

export function writeReport(path: string, report: Report): void {
  writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`);
}
