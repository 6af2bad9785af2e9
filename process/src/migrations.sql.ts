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

/** Where all schemas of a database record which files were applied. Only the owner of the database may touch it. */
const CREATE_RECORD = `
create schema if not exists migration;
create table if not exists migration.applied_file (
  schema_name text not null,
  file text not null,
  sha256 char(64) not null,
  applied_at timestamptz not null default clock_timestamp(),
  primary key (schema_name, file)
)`;

/** A PostgreSQL schema and the files that build it. */
export type Schema = {
  name: string;
  /** `*.sql`, applied in the order of their names. A released file is never edited. */
  directory: URL;
  /** The first file creates the schema itself; else the runner creates it. */
  isCreatedByFiles?: boolean;
  /**
   * For a database of a release that had another record, or none: returns the files that count as applied. Where such a
   * release differs from these files, it first brings the database to their state. It runs in a transaction, and only while
   * the schema has no record here.
   */
  takeOver?: (client: pg.Client) => Promise<string[]>;
};

export type MigrationOptions = {
  lockTimeoutMs?: number;
  attempts?: number;
  pauseMs?: number;
};

type File = { file: string; sha256: string; sql: string };

/**
 * Brings a schema to the state of this release, as the database's owner, and returns the files it applied. Each file is one
 * transaction together with its record, so the next call continues an interrupted one. Two calls at once wait for each
 * other. Throws a {@link Fault}: MIGRATION_CHANGED, MIGRATION_OUT_OF_ORDER, MIGRATION_BLOCKED or SCHEMA_IS_NEWER.
 */
export async function migrate(
  databaseUrl: string,
  schema: Schema,
  options: MigrationOptions = {},
): Promise<string[]> {
  const { lockTimeoutMs = LOCK_TIMEOUT_MS } = options;
  const files = await readFiles(schema);
  const client = new pg.Client({ connectionString: databaseUrl, application_name: `migrate ${schema.name}` });
  client.on('error', () => undefined); // the statement that meets a lost connection reports it
  await client.connect();
  try {
    await client.query('set statement_timeout = 0; set client_min_messages = warning');
    await waitForOtherMigration(client, schema);
    await client.query(`set lock_timeout = ${lockTimeoutMs}`);
    const applied: string[] = [];
    await withRetries(options, `schema ${schema.name}: the record`, () => prepare(client, schema, files));
    for (const file of await dueFiles(client, schema, files)) {
      const apply = OUTSIDE_MARK.test(file.sql) ? applyOutside : applyInside;
      await withRetries(options, `schema ${schema.name}: ${file.file}`, () => apply(client, schema, file));
      applied.push(file.file);
    }
    return applied;
  } finally {
    await client.end(); // ends the session, and with it the advisory lock
  }
}

/** Whether a table, view or index exists; for {@link Schema.takeOver}. */
export async function relationExists(client: pg.Client, name: string): Promise<boolean> {
  const { rows } = await client.query<{ exists: boolean }>('select to_regclass($1) is not null as exists', [
    name,
  ]);
  return rows[0]?.exists === true;
}

async function waitForOtherMigration(client: pg.Client, { name }: Schema): Promise<void> {
  await client.query(`set lock_timeout = ${MAX_WAIT_FOR_OTHER_MS}`);
  await client
    .query(`select pg_advisory_lock(hashtextextended($1, 0))`, [`migrate ${name}`])
    .catch((fault: unknown) => {
      throw explained(fault, `schema ${name}: another migration still runs`);
    });
}

/** Creates the record and the schema, and takes over what an earlier release applied. */
async function prepare(client: pg.Client, schema: Schema, files: readonly File[]): Promise<void> {
  await inTransaction(client, async () => {
    // Migrations of two schemas may begin together, and `if not exists` alone does not serialise them.
    await client.query(`select pg_advisory_xact_lock(hashtextextended('migration record', 0))`);
    await client.query(CREATE_RECORD);
    if ((await readRecord(client, schema)).size > 0) return;
    const known = (await schema.takeOver?.(client)) ?? [];
    for (const name of known) {
      const file = files.find((one) => one.file === name);
      if (file === undefined) throw newer(schema, name);
      await record(client, schema, file);
    }
    if (!schema.isCreatedByFiles) await client.query(`create schema if not exists ${schema.name}`);
  });
}

async function readFiles({ directory }: Schema): Promise<File[]> {
  const names = (await readdir(directory)).filter((file) => file.endsWith('.sql')).sort();
  return await Promise.all(
    names.map(async (file) => {
      const sql = await readFile(new URL(file, directory), 'utf8');
      return { file, sql, sha256: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

/** The checksum of each applied file. */
async function readRecord(client: pg.Client, { name }: Schema): Promise<Map<string, string>> {
  const { rows } = await client.query<{ file: string; sha256: string }>(
    'select file, sha256 from migration.applied_file where schema_name = $1 order by file',
    [name],
  );
  return new Map(rows.map(({ file, sha256 }) => [file, sha256]));
}

async function dueFiles(client: pg.Client, schema: Schema, files: readonly File[]): Promise<File[]> {
  const applied = await readRecord(client, schema);
  const unknown = [...applied.keys()].find((name) => files.every(({ file }) => file !== name));
  if (unknown !== undefined) throw newer(schema, unknown);
  const changed = files.find(({ file, sha256 }) => applied.has(file) && applied.get(file) !== sha256);
  if (changed !== undefined) {
    const message = `schema ${schema.name}: ${changed.file} differs from what was applied`;
    throw new Fault(PROCESS_FAULTS.MIGRATION_CHANGED, message);
  }
  const last = [...applied.keys()].at(-1) ?? '';
  const due = files.filter(({ file }) => !applied.has(file));
  const early = due.find(({ file }) => file < last);
  if (early !== undefined) {
    const message = `schema ${schema.name}: ${early.file} is new and sorts before ${last}, which is applied`;
    throw new Fault(PROCESS_FAULTS.MIGRATION_OUT_OF_ORDER, message);
  }
  return due;
}

function newer({ name }: Schema, file: string): Fault {
  const message = `schema ${name}: the database has ${file}, and this program does not know this file`;
  return new Fault(PROCESS_FAULTS.SCHEMA_IS_NEWER, message);
}

async function withRetries(
  { attempts = ATTEMPTS, pauseMs = PAUSE_MS }: MigrationOptions,
  where: string,
  step: () => Promise<void>,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await step();
    } catch (fault) {
      if (!isBlocked(fault) || attempt >= attempts) throw explained(fault, where);
      await pause(pauseMs);
    }
  }
}

async function inTransaction(client: pg.Client, body: () => Promise<void>): Promise<void> {
  try {
    await client.query('begin');
    await body();
    await client.query('commit');
  } catch (fault) {
    await client.query('rollback').catch(() => undefined); // a lost connection rolls back by itself
    throw fault;
  }
}

async function applyInside(client: pg.Client, schema: Schema, file: File): Promise<void> {
  await inTransaction(client, async () => {
    await client.query(file.sql);
    await record(client, schema, file);
  });
}

/** The statement commits before its record, and a crash between them repeats it: such a file must say `if not exists`. */
async function applyOutside(client: pg.Client, schema: Schema, file: File): Promise<void> {
  await dropInvalidIndexes(client, schema);
  await client.query(file.sql);
  await record(client, schema, file);
}

/** An interrupted `create index concurrently` leaves an invalid index, which `if not exists` would keep. */
async function dropInvalidIndexes(client: pg.Client, { name }: Schema): Promise<void> {
  const { rows } = await client.query<{ index: string }>(
    `select i.indexrelid::regclass::text as index
       from pg_index i join pg_class c on c.oid = i.indexrelid
      where not i.indisvalid and c.relkind = 'i' and c.relnamespace = to_regnamespace($1)`,
    [name],
  );
  for (const { index } of rows) await client.query(`drop index concurrently if exists ${index}`);
}

async function record(client: pg.Client, { name }: Schema, { file, sha256 }: File): Promise<void> {
  await client.query('insert into migration.applied_file (schema_name, file, sha256) values ($1, $2, $3)', [
    name,
    file,
    sha256,
  ]);
}

function isBlocked(fault: unknown): boolean {
  return (fault as { code?: unknown } | null)?.code === LOCK_NOT_AVAILABLE;
}

/** MIGRATION_BLOCKED when a lock was not free; an error of the database with the file it is about; else as it is. */
function explained(fault: unknown, where: string): unknown {
  if (isBlocked(fault)) {
    return new Fault(PROCESS_FAULTS.MIGRATION_BLOCKED, `${where}: a lock was not free in time`, {
      cause: fault,
    });
  }
  if (!(fault instanceof Fault) && fault instanceof Error) fault.message = `${where}: ${fault.message}`;
  return fault;
}
