import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createTestDatabase, type TestDatabase, waitFor } from '@core-exit/local-stack/testing';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type MigrationOptions, migrate, relationExists, type Schema } from './migrations.sql.ts';

const QUICK: MigrationOptions = { lockTimeoutMs: 200, attempts: 3, pauseMs: 50 };
const ITEMS = 'create table shop.item (id bigint primary key, name text not null)';
const INDEX =
  '-- outside a transaction\ncreate index concurrently if not exists item_name on shop.item (name)';

let database: TestDatabase;
let client: pg.Client;
let directory = '';
let schema: Schema;

beforeEach(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url() });
  await client.connect();
  directory = mkdtempSync(join(tmpdir(), 'migrations-'));
  schema = { name: 'shop', directory: pathToFileURL(`${directory}/`) };
});

afterEach(async () => {
  await client.end();
  await database.drop();
  rmSync(directory, { recursive: true });
});

function file(name: string, sql: string): void {
  writeFileSync(join(directory, name), sql);
}

function run(options: MigrationOptions = QUICK): Promise<string[]> {
  return migrate(database.url(), schema, options);
}

async function recorded(): Promise<string[]> {
  const { rows } = await client.query<{ file: string }>(
    `select file from migration.applied_file where schema_name = 'shop' order by file`,
  );
  return rows.map((row) => row.file);
}

describe('a migration', () => {
  it('applies each file once, in the order of the names', async () => {
    file('002_column.sql', 'alter table shop.item add column price bigint');
    file('001_item.sql', ITEMS);
    expect(await run()).toEqual(['001_item.sql', '002_column.sql']);
    expect(await run()).toEqual([]);
    file('003_more.sql', 'create table shop.more (id bigint)');
    expect(await run()).toEqual(['003_more.sql']);
  });

  it('keeps the files before one that fails, and names the one that fails', async () => {
    file('001_item.sql', ITEMS);
    file('002_wrong.sql', 'create table shop.half (id bigint); select 1 / 0');
    await expect(run()).rejects.toThrow('schema shop: 002_wrong.sql: division by zero');
    expect(await recorded()).toEqual(['001_item.sql']);
    expect(await relationExists(client, 'shop.half')).toBe(false);
    file('002_wrong.sql', 'create table shop.half (id bigint)');
    expect(await run()).toEqual(['002_wrong.sql']);
  });

  it('applies each file once when several start together, also on an empty database', async () => {
    file('001_item.sql', `${ITEMS}; select pg_sleep(0.2)`);
    const other: Schema = { name: 'store', directory: schema.directory, isCreatedByFiles: true };
    const runs = await Promise.all([
      run({}),
      run({}),
      run({}),
      migrate(database.url(), other, {}).catch(() => []),
    ]);
    expect(runs.slice(0, 3).flat()).toEqual(['001_item.sql']);
  });

  it('refuses a file that was edited after it was applied', async () => {
    file('001_item.sql', ITEMS);
    await run();
    file('001_item.sql', `${ITEMS} -- edited`);
    await expect(run()).rejects.toMatchObject({ code: 'MIGRATION_CHANGED' });
  });

  it('refuses a database of a newer release', async () => {
    file('001_item.sql', ITEMS);
    file('002_more.sql', 'create table shop.more (id bigint)');
    await run();
    rmSync(join(directory, '002_more.sql'));
    await expect(run()).rejects.toMatchObject({ code: 'SCHEMA_IS_NEWER' });
  });

  it('refuses a new file that sorts before an applied one', async () => {
    file('002_item.sql', ITEMS);
    await run();
    file('001_early.sql', 'create table shop.early (id bigint)');
    await expect(run()).rejects.toMatchObject({ code: 'MIGRATION_OUT_OF_ORDER' });
    expect(await relationExists(client, 'shop.early')).toBe(false);
  });
});

describe('a lock that another transaction holds', () => {
  beforeEach(async () => {
    file('001_item.sql', ITEMS);
    await run();
    file('002_column.sql', 'alter table shop.item add column price bigint');
    await client.query('begin; lock table shop.item in access share mode');
  });

  it('ends the migration with a fault after some attempts, and no statement waited longer than the timeout', async () => {
    await expect(run()).rejects.toMatchObject({ code: 'MIGRATION_BLOCKED' });
    await client.query('rollback');
    expect(await recorded()).toEqual(['001_item.sql']);
  });

  it('is waited for in attempts, and the file is applied once the lock is free', async () => {
    const running = run({ ...QUICK, attempts: 100 });
    const waits = async () => {
      const { rows } = await client.query(
        `select from pg_locks where relation = 'shop.item'::regclass and not granted`,
      );
      return rows.length > 0;
    };
    await waitFor(waits, { timeoutMs: 10_000 });
    await client.query('rollback');
    expect(await running).toEqual(['002_column.sql']);
  });
});

describe('a file whose statement runs outside a transaction', () => {
  beforeEach(async () => {
    file('001_item.sql', ITEMS);
    file('002_index.sql', INDEX);
  });

  it('is applied and recorded', async () => {
    expect(await run()).toEqual(['001_item.sql', '002_index.sql']);
    expect(await relationExists(client, 'shop.item_name')).toBe(true);
  });

  it('is repeated when the migration ended between the statement and its record', async () => {
    await run();
    await client.query(`delete from migration.applied_file where file = '002_index.sql'`);
    expect(await run()).toEqual(['002_index.sql']);
  });

  it('is repeated when an interrupted build left an invalid index', async () => {
    await run();
    await client.query(`delete from migration.applied_file where file = '002_index.sql'`);
    await client.query(
      `update pg_index set indisvalid = false where indexrelid = 'shop.item_name'::regclass`,
    );
    await run();
    const { rows } = await client.query(
      `select indisvalid from pg_index where indexrelid = 'shop.item_name'::regclass`,
    );
    expect(rows).toEqual([{ indisvalid: true }]);
  });
});

describe('a database with the record of an earlier release', () => {
  beforeEach(async () => {
    file('001_item.sql', ITEMS);
    file('002_column.sql', 'alter table shop.item add column price bigint');
    await client.query(`create schema shop; ${ITEMS}; create table shop.old_record (file text)`);
    schema = {
      ...schema,
      async takeOver(connected) {
        const { rows } = await connected.query<{ file: string }>('select file from shop.old_record');
        return rows.map((row) => row.file);
      },
    };
  });

  it('is continued where that release stopped', async () => {
    await client.query(`insert into shop.old_record values ('001_item.sql')`);
    expect(await run()).toEqual(['002_column.sql']);
    expect(await run()).toEqual([]);
  });

  it('is refused if that release was newer, and nothing is recorded', async () => {
    await client.query(`insert into shop.old_record values ('001_item.sql'), ('009_future.sql')`);
    await expect(run()).rejects.toMatchObject({ code: 'SCHEMA_IS_NEWER' });
    expect(await recorded()).toEqual([]);
  });
});

it('a migration that is killed between two files is continued by the next call', async () => {
  file('001_item.sql', ITEMS);
  file('002_slow.sql', 'create table shop.slow (id bigint); select pg_sleep(30)');
  const killed = run().catch((fault: unknown) => fault);
  const backend = async () => {
    const { rows } = await client.query<{ pid: number }>(
      `select pid from pg_stat_activity where application_name = 'migrate shop' and query like '%pg_sleep%'`,
    );
    return rows[0]?.pid;
  };
  await waitFor(async () => (await backend()) !== undefined, { timeoutMs: 10_000 });
  await client.query('select pg_terminate_backend($1)', [await backend()]);
  expect(await killed).toBeInstanceOf(Error);
  expect(await recorded()).toEqual(['001_item.sql']);
  file('002_slow.sql', 'create table shop.slow (id bigint)');
  expect(await run()).toEqual(['002_slow.sql']);
});
