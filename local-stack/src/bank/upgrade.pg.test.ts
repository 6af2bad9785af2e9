import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseUrl, query } from '../parts/postgres.ts';
import { openRun, type Run } from '../run.ts';
import { catalogueOf } from '../testing/catalogue.ts';
import { provided } from '../testing/provided.ts';
import { migrateBank } from './database.ts';

/** Six processes, each of which migrates one schema. */
const MIGRATE_WITHIN_MS = 120_000;
const release = (file: string): string =>
  readFileSync(new URL(`../../releases/${file}`, import.meta.url), 'utf8');

let run: Run;
let fresh: string[];
const created: string[] = [];

beforeAll(async () => {
  run = await openRun({ keep: false, onCrash: () => undefined });
  const url = await emptyDatabase();
  await migrateBank(run, url);
  fresh = await catalogueOf(url);
}, MIGRATE_WITHIN_MS);

afterAll(async () => {
  await run.close();
  const { ownerUrl } = provided('postgres');
  for (const name of created) await query(ownerUrl, `drop database if exists ${name} with (force)`);
});

async function emptyDatabase(): Promise<string> {
  const { ownerUrl } = provided('postgres');
  const name = `upgrade_${randomBytes(6).toString('hex')}`;
  await query(ownerUrl, `create database ${name}`);
  created.push(name);
  return databaseUrl(ownerUrl, { database: name });
}

/** Rows that a migration must not touch, as text; columns are named, because later releases add some. */
const ROWS = [
  `select account_no, balance, last_seq, paid_through from core.account order by 1`,
  `select account_no, seq, kind, amount, balance_after, value_date, business_date from core.account_txn order by 1, 2`,
  `select * from core.posting order by 1, 2, 3`,
  `select account_no, seq, account_status, tax_class from core.account_standing order by 1, 2`,
  `select * from core.day_balance order by 1, 2`,
  `select * from core.interest_payout order by 1`,
  `select payout_id, account_no, payload - 'version' - 'schemaVersion' as payload from interest.outbox order by 1`,
  `select * from legacy.dly_tot`,
  `select stage, operation, stratum, primary_core, verdict, sum(n) from comparator.verdict_count group by 1, 2, 3, 4, 5`,
  `select id, operation, parts, count from comparator.signature`,
];

/** Rows of what 0.1.0 did not have. */
const LATER_ROWS = [
  `select event_id, published_at from interest.outbox`,
  `select * from tax.posting`,
  `select * from tax.line`,
  `select * from interest.reply`,
  `select * from rollout.stage`,
  `select * from rollout.decision`,
  `select * from adapter.payout_sent`,
];

async function rowsOf(url: string, version: string): Promise<string[]> {
  const statements = version === '0.1.0' ? ROWS : [...ROWS, ...LATER_ROWS];
  return await Promise.all(statements.map(async (statement) => JSON.stringify(await query(url, statement))));
}

describe.each(['0.1.0', '0.2.0'])('a database of release %s with data in it', (version) => {
  let url = '';
  let before: string[];

  beforeAll(async () => {
    url = await emptyDatabase();
    await query(url, release(`${version}.sql`));
    await query(url, release('data.sql'));
    await query(url, release(`data-${version}.sql`));
    before = await rowsOf(url, version);
    await migrateBank(run, url);
  }, MIGRATE_WITHIN_MS);

  it('has after the upgrade every object of a fresh database, and no other', async () => {
    const upgraded = await catalogueOf(url);
    expect(upgraded.filter((line) => !fresh.includes(line))).toEqual([]);
    expect(fresh.filter((line) => !upgraded.includes(line))).toEqual([]);
  });

  it('keeps its data', async () => {
    expect(before.every((rows) => rows !== '[]')).toBe(true);
    expect(await rowsOf(url, version)).toEqual(before);
  });

  it('has every file on record, and a second migration applies none', async () => {
    const record = () =>
      query(url, 'select schema_name, file, sha256, applied_at from migration.applied_file order by 1, 2');
    const first = await record();
    await migrateBank(run, url);
    expect(await record()).toEqual(first);
    expect(new Set(first.map((row) => row['schema_name']))).toEqual(
      new Set(['adapter', 'comparator', 'core', 'interest', 'legacy', 'rollout']),
    );
  });

  it('has only events that the tax worker reads, and sends those again that it books anew', async () => {
    const events = await query(
      url,
      `select payload ->> 'schemaVersion' as v, published_at is null as is_unsent from interest.outbox`,
    );
    expect(events).toEqual([{ v: '1.0', is_unsent: version === '0.1.0' }]);
  });

  it('goes on posting', async () => {
    await query(url, `select core.post_movement('110000000001', 1000, null, 'ATM', 'after-upgrade')`);
    const lines = await query(url, 'select sum(amount)::text as sum from core.posting');
    expect(lines).toEqual([{ sum: '0' }]);
  });
});
