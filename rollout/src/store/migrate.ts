import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

const SCHEMA_DIRECTORY = join(import.meta.dirname, 'schema');
/** Serialises two migrations of one database; any fixed number of our own. */
const MIGRATION_LOCK = 7_206_042;

/** Brings the database to the newest schema, as its owner, in one transaction; returns the files it applied. */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await client.query('create schema if not exists rollout');
    await client.query(
      'create table if not exists rollout.migration (file text primary key, applied_at timestamptz not null default now())',
    );
    const { rows } = await client.query<{ file: string }>('select file from rollout.migration');
    const done = new Set(rows.map((row) => row.file));
    const due = readdirSync(SCHEMA_DIRECTORY)
      .filter((file) => file.endsWith('.sql') && !done.has(file))
      .sort();
    for (const file of due) {
      await client.query(readFileSync(join(SCHEMA_DIRECTORY, file), 'utf8'));
      await client.query('insert into rollout.migration (file) values ($1)', [file]);
    }
    await client.query('commit');
    return due;
  } finally {
    await client.end(); // without a commit the transaction ends with its connection
  }
}
