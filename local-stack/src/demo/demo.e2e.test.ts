import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from './report.ts';

/** The command of the README, with shorter stages. */
const COMMAND = ['start', '--', '--once', '--stage-seconds', '2', '--accounts', '2000'];
const WITHIN_MS = 240_000;

const directory = mkdtempSync(join(tmpdir(), 'demo-'));
let ran: { exit: number; output: string };
let report: Report;

beforeAll(async () => {
  const file = join(directory, 'report.json');
  ran = await new Promise((resolve) => {
    execFile('npm', [...COMMAND, '--report', file], { timeout: WITHIN_MS }, (error, stdout, stderr) => {
      resolve({
        exit: typeof error?.code === 'number' ? error.code : error ? -1 : 0,
        output: stdout + stderr,
      });
    });
  });
  if (ran.exit !== 0) throw new Error(`the demo failed:\n${ran.output}`);
  report = JSON.parse(readFileSync(file, 'utf8')) as Report;
}, WITHIN_MS);
afterAll(() => rmSync(directory, { recursive: true }));

describe('npm start -- --once --report FILE', () => {
  it('passes every stage, each with a verdict for each request and latencies of both cores', () => {
    const before = ['shadow', 'ramp-1', 'ramp-10', 'ramp-50'];
    const after = ['shadow', 'shadow', 'ramp-1', 'ramp-10', 'ramp-50', 'ramp-90', 'full'];
    expect(report.stages.map((stage) => stage.stage)).toEqual([...before, ...after]);
    for (const { requests, primary, verdicts, latencyMs } of report.stages) {
      expect(Object.values(verdicts).reduce((sum, n) => sum + n, 0)).toBe(requests);
      expect(primary.legacy + primary.new).toBe(requests);
      expect(latencyMs.legacy.p50).toBeGreaterThan(0);
      expect(latencyMs.new.p99).toBeGreaterThan(0);
    }
    expect(report.stages.at(-1)?.primary.legacy).toBe(0);
  });

  it('detects the defect, sends an alert to Slack, and steps back by itself', () => {
    const { stage, firstMismatchMs, alertMs, steppedBackMs } = report.injectedDefect;
    expect(stage).toBe('ramp-50');
    expect(firstMismatchMs).toBeGreaterThanOrEqual(0);
    expect(alertMs).toBeLessThan(10_000);
    expect(steppedBackMs).toBeLessThan(10_000);
    expect(report.alerts.some((alert) => alert.count > 0 && alert.slackMessages > 0)).toBe(true);
  });

  it('proves that the books are right', () => {
    expect(report.totals).toMatchObject({ doublePayouts: 0, taxMissing: 0, ledgerSum: '0' });
    expect(report.totals.payouts).toBeGreaterThan(100);
    expect(report.totals.taxPostings).toBe(report.totals.payouts);
    expect(report.proofs.filter((proof) => !proof.holds)).toEqual([]);
    expect(report.wrongPayouts.checked).toBeGreaterThan(50);
    expect(report.wrongPayouts).toMatchObject({ notOfTheDefect: 0, unchecked: 0 });
    expect(report.wrongPayouts.count).toBeLessThanOrEqual(report.wrongPayouts.seenByComparator);
    const { count, won } = report.wrongPayouts;
    expect(ran.output).toContain(`${count} payouts of the defective release withheld ${won} won too much`);
    expect(report.madeGood).toEqual({ reversed: count, paidAnew: count });
    expect(ran.output).toContain('holds  the ledger sums to zero');
  });

  it('names the real parts of the run', () => {
    expect(report.parts).toMatchObject({
      postgres: { name: 'postgres' },
      kafka: { name: expect.any(String) },
    });
  });
});
