import { waitFor } from '@core-exit/local-stack/testing';
import type { Part } from '@core-exit/process/stop';
import { pino } from 'pino';
import type { DataSource } from 'typeorm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  databaseUrl,
  one,
  owner,
  payOnce,
  service,
  take,
  taxBookFixture,
} from '../../../testing/tax-book.ts';
import { connect, REPORT_LIMITS } from '../../ledger/data-source.ts';
import { postgresReconciler } from './reconciliation.sql.ts';
import type { Reconciliation } from './reconciliation.ts';
import { startReconciliation } from './reconciliation-schedule.ts';

taxBookFixture();

const TURN_MS = 20;
const WITHIN = { timeoutMs: 10_000 };

let reports: Reconciliation[];
let lines: { level: number; msg: string }[];
let source: DataSource;
let schedule: Part | null = null;

beforeEach(() => begin(TURN_MS));
afterEach(() => stop());

const begin = async (everyMs: number): Promise<void> => {
  [reports, lines] = [[], []];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const metrics = { reconciled: (report: Reconciliation) => void reports.push(report) };
  source = await connect(databaseUrl(), 'reconciliation-test', REPORT_LIMITS);
  schedule = startReconciliation(postgresReconciler(source), log, metrics, everyMs);
};
const stop = async (): Promise<void> => {
  if (schedule === null) return;
  await schedule.close();
  schedule = null;
  await source.destroy();
};
const turns = async (more: number): Promise<void> => {
  const due = reports.length + more;
  await waitFor(async () => reports.length >= due, WITHIN);
};
const events = async (eventId: string): Promise<string> =>
  (await one<{ n: string }>('select count(*)::text as n from interest.outbox where event_id = $1', [eventId]))
    .n;

it('reconciles in every turn, and writes missing events by itself', async () => {
  await turns(2);
  const { eventId } = await payOnce();
  await owner.query('delete from interest.outbox where event_id = $1', [eventId]);
  await waitFor(async () => (await events(eventId)) === '1', WITHIN);
  await waitFor(async () => lines.some(({ msg }) => msg === 'tax postings repaired'), WITHIN);
});

it('reconciles everything since the first of last month once a day, and otherwise two days', async () => {
  await turns(3);
  const wide = reports.filter(({ scope }) => scope.whole);
  expect(wide.length).toBeLessThanOrEqual(1); // none if an earlier test had it
  expect(await postgresReconciler(service.source).wholeDoneToday()).toBe(true);
  expect(reports.at(-1)?.scope.whole).toBe(false);
});

it('logs an error once for the same findings, not in every turn, and logs when the books agree again', async () => {
  const event = await payOnce();
  await take(event);
  const harm = async (won: number) => {
    await owner.query('alter table tax.posting disable trigger user');
    await owner.query('update tax.posting set gross = gross + $2, net = net + $2 where posting_id = $1', [
      event.eventId,
      won,
    ]);
    await owner.query('alter table tax.posting enable trigger user');
  };
  await harm(1);
  const calls = () => lines.filter(({ level }) => level >= 50).length;
  await waitFor(async () => calls() > 0, WITHIN);
  await turns(4);
  expect(calls()).toBe(1);
  await harm(-1);
  await waitFor(async () => lines.some(({ msg }) => msg === 'tax books agree again'), WITHIN);
});

it('ends at once when it is closed during its pause', async () => {
  await stop();
  await begin(600_000);
  await turns(1);
  await stop();
});
