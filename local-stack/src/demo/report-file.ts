import { closeSync, existsSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { Fault } from '../fault.ts';
import type { Report } from './report.ts';

class ReportNotWritable extends Fault {
  constructor(path: string, cause: unknown) {
    const { message } = cause as Error;
    super('REPORT_NOT_WRITABLE', `the report cannot be written to ${path}: ${message}`, 'name another file', {
      cause,
    });
  }
}

/** A path that cannot be written is told before the run and not after it. Leaves what is there as it is. */
export function checkReportFile(path: string): void {
  const isNew = !existsSync(path);
  try {
    closeSync(openSync(path, 'a'));
  } catch (error) {
    throw new ReportNotWritable(path, error);
  }
  if (isNew) rmSync(path);
}

export function writeReport(path: string, report: Report): void {
  writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`);
}
