import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkReportFile } from './report-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'report-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe('the file of the report, before the run', () => {
  it('is refused when its directory is missing or it is a directory', () => {
    const inMissingDirectory = () => checkReportFile(join(directory, 'missing', 'report.json'));
    expect(inMissingDirectory).toThrow(expect.objectContaining({ code: 'REPORT_NOT_WRITABLE' }));
    expect(() => checkReportFile(directory)).toThrow(/cannot be written/);
  });

  it('is neither made nor changed', () => {
    const file = join(directory, 'report.json');
    checkReportFile(file);
    expect(existsSync(file)).toBe(false);
    writeFileSync(file, 'of an earlier run');
    checkReportFile(file);
    expect(readFileSync(file, 'utf8')).toBe('of an earlier run');
  });
});
