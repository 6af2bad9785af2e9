import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { Fault, PROCESS_FAULTS } from './faults.ts';

/** A migration waits this long for a lock, because every transaction behind it waits as well. */
const LOCK_TIMEOUT_MS = 3_000;
/** Attempts of one file, and the pause between them, before the migration gives up. */
const ATTEMPTS = 5;
const PAUSE_MS = 1_000;
/** Another migration of the same schema may take this long; after that a person should look. */
const MAX_WAIT_FOR_OTHER_MS = 600_000;
const LOCK_NOT_AVAILABLE = '55P03';

/** First line of a file whose one statement may not run in a transaction, such as `create index concurrently`. */
const OUTSIDE_MARK = /^-- outside a transaction\b/;

/** A PostgreSQL schema and the files that build it. */
export type Schema = {
  name: string;
  /** `*.sql`, applied in the order of their names. A released file is never edited. */
  directory: URL;
  /** How an earlier release recorded what it had applied. */
  takeOver?: TakeOver;
};

export type TakeOver = {
  /** Table of the earlier record, with its schema. Without this table there is nothing to take over. */
  table: string;
  /** Statement that returns `file` (a name in the directory) and `sha256` (or null, where none was kept). */
  statement: string;
};

export type MigrationOptions = { lockTimeoutMs?: number; attempts?: number; pauseMs?: number };

type Applied = { file: string; sha256: string };
type Due = Applied & { sql: string };

/**
 * Brings a schema to the state of this release, as the database's owner, and returns the files it applied. Each file is one
 * transaction together with its record, so an interrupted call is continued by the next one. Two calls at once wait
 * for each other. Throws a {@link Fault}: MIGRATION_CHANGED, MIGRATION_OUT_OF_ORDER, MIGRATION_BLOCKED, SCHEMA_IS_NEWER.
 */
export async function migrate(
  databaseUrl: string,
  schema: Schema,
  options: MigrationOptions = {},
): Promise<string[]> {
  const { lockTimeoutMs = LOCK_TIMEOUT_MS } = options;
  const client = new pg.Client({ connectionString: databaseUrl, application_name: `migrate ${schema.name}` });
  await client.connect();
  try {
    await client.query(`set statement_timeout = 0; set client_min_messages = warning`);
    await waitForOtherMigration(client, schema);
    await client.query(`set lock_timeout = ${lockTimeoutMs}`);
    await prepareRecord(client, schema);
    const files = await readFiles(schema);
    const due = dueFiles(schema, files, await readApplied(client, schema));
    for (const file of due) await applyWithRetries(client, schema, file, options);
    return due.map(({ file }) => file);
  } finally {
    await client.end(); // ends the session, and with it the advisory lock
  }
}

const recordOf = (schema: Schema): string => `${schema.name}.schema_migration`;

async function waitForOtherMigration(client: pg.Client, { name }: Schema): Promise<void> {
  try {
    await client.query(`set lock_timeout = ${MAX_WAIT_FOR_OTHER_MS}`);
    await client.query(`select pg_advisory_lock(hashtextextended($1, 0))`, [`migrate ${name}`]);
  } catch (cause) {
    throw blocked(cause, `schema ${name}: another migration still runs`);
  }
}

/** Creates the record of applied files; on the first call, takes over what an earlier release recorded. */
async function prepareRecord(client: pg.Client, schema: Schema): Promise<void> {
  await client.query('begin');
  await client.query(`create schema if not exists ${schema.name}`);
  const { rows } = await client.query<{ present: boolean }>('select to_regclass($1) is not null as present', [
    recordOf(schema),
  ]);
  if (!rows[0]?.present) {
    await client.query(
      `create table ${recordOf(schema)} (
         file text primary key,
         sha256 char(64) not null,
         applied_at timestamptz not null default clock_timestamp())`,
    );
    await takeOverRecord(client, schema);
  }
  await client.query('commit');
}

async function takeOverRecord(client: pg.Client, schema: Schema): Promise<void> {
  const { takeOver } = schema;
  if (takeOver === undefined) return;
  const { rows } = await client.query<{ present: boolean }>('select to_regclass($1) is not null as present', [
    takeOver.table,
  ]);
  if (!rows[0]?.present) return;
  const files = new Map((await readFiles(schema)).map((one) => [one.file, one]));
  const applied = await client.query<{ file: string; sha256: string | null }>(takeOver.statement);
  for (const { file, sha256 } of applied.rows) {
    const known = files.get(file);
    if (known === undefined) throw newer(schema, file);
    await client.query(`insert into ${recordOf(schema)} (file, sha256) values ($1, $2)`, [
      file,
      sha256 ?? known.sha256,
    ]);
  }
}

async function readApplied(client: pg.Client, schema: Schema): Promise<Applied[]> {
  const { rows } = await client.query<Applied>(`select file, sha256 from ${recordOf(schema)} order by file`);
  return rows;
}

async function readFiles({ directory }: Schema): Promise<Due[]> {
  const names = (await readdir(directory)).filter((file) => file.endsWith('.sql')).sort();
  return await Promise.all(
    names.map(async (file) => {
      const sql = await readFile(new URL(file, directory), 'utf8');
      return { file, sql, sha256: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

function dueFiles(schema: Schema, files: Due[], applied: Applied[]): Due[] {
  const byName = new Map(files.map((one) => [one.file, one]));
  for (const { file, sha256 } of applied) {
    const ours = byName.get(file);
    if (ours === undefined) throw newer(schema, file);
    if (ours.sha256 !== sha256) {
      const message = `schema ${schema.name}: ${file} differs from what was applied`;
      throw new Fault(PROCESS_FAULTS.MIGRATION_CHANGED, message);
    }
  }
  const done = new Set(applied.map(({ file }) => file));
  const last = applied.at(-1)?.file ?? '';
  const due = files.filter(({ file }) => !done.has(file));
  const early = due.find(({ file }) => file < last);
  if (early !== undefined) {
    const message = `schema ${schema.name}: ${early.file} is new and sorts before ${last}, which is applied`;
    throw new Fault(PROCESS_FAULTS.MIGRATION_OUT_OF_ORDER, message);
  }
  return due;
}

function newer({ name }: Schema, file: string): Fault {
  return new Fault(
    PROCESS_FAULTS.SCHEMA_IS_NEWER,
    `schema ${name}: the database has ${file}, this program has not`,
  );
}

async function applyWithRetries(
  client: pg.Client,
  schema: Schema,
  file: Due,
  { attempts = ATTEMPTS, pauseMs = PAUSE_MS }: MigrationOptions,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (OUTSIDE_MARK.test(file.sql)) return await applyOutside(client, schema, file);
      return await applyInside(client, schema, file);
    } catch (cause) {
      const isBlocked = (cause as { code?: unknown }).code === LOCK_NOT_AVAILABLE;
      if (!isBlocked || attempt >= attempts) throw blocked(cause, `schema ${schema.name}: ${file.file}`);
      await pause(pauseMs);
    }
  }
}

async function applyInside(client: pg.Client, schema: Schema, { file, sql, sha256 }: Due): Promise<void> {
  try {
    await client.query('begin');
    await client.query(sql);
    await record(client, schema, file, sha256);
    await client.query('commit');
  } catch (fault) {
    await client.query('rollback').catch(() => undefined); // a lost connection rolls back by itself
    throw fault;
  }
}

/** The statement commits before its record, so a crash between them repeats it: such a file must say `if not exists`. */
async function applyOutside(client: pg.Client, schema: Schema, { file, sql, sha256 }: Due): Promise<void> {
  await dropInvalidIndexes(client, schema);
  await client.query(sql);
  await record(client, schema, file, sha256);
}

/** `create index concurrently` that was interrupted leaves an invalid index, which `if not exists` would keep. */
async function dropInvalidIndexes(client: pg.Client, { name }: Schema): Promise<void> {
  const { rows } = await client.query<{ index: string }>(
    `select i.indexrelid::regclass::text as index
       from pg_index i join pg_class c on c.oid = i.indexrelid
      where not i.indisvalid and c.relkind = 'i' and c.relnamespace = to_regnamespace($1)`,
    [name],
  );
  for (const { index } of rows) await client.query(`drop index concurrently if exists ${index}`);
}

async function record(client: pg.Client, schema: Schema, file: string, sha256: string): Promise<void> {
  await client.query(`insert into ${recordOf(schema)} (file, sha256) values ($1, $2)`, [file, sha256]);
}

/** The fault as it is, or MIGRATION_BLOCKED when a lock was not to be had. */
function blocked(cause: unknown, where: string): unknown {
  if ((cause as { code?: unknown }).code !== LOCK_NOT_AVAILABLE) {
    if (cause instanceof Error) cause.message = `${where}: ${cause.message}`;
    return cause;
  }
  return new Fault(PROCESS_FAULTS.MIGRATION_BLOCKED, `${where}: a lock was not to be had`, { cause });
}
