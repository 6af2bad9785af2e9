import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import { Fault } from './fault.ts';

/** A file that was installed has been edited since: what runs is not what is written here. */
class MigrationChanged extends Fault {
  constructor(file: string) {
    super(
      'MIGRATION_CHANGED',
      `${file} differs from what was installed`,
      'restore it and add a new file instead',
    );
  }
}

export type SchemaToInstall = {
  name: string;
  directory: URL;
  /** Any number of its own; two installations at once wait for each other. */
  lockId: number;
};

/**
 * Installs a schema as the database's owner: each SQL file once, in the order of its name, in a transaction of its own.
 * Returns the files installed by this call; a second call installs nothing.
 */
export async function installSchema(databaseUrl: string, schema: SchemaToInstall): Promise<string[]> {
  const { name, directory, lockId } = schema;
  const client = new pg.Client({ connectionString: databaseUrl, application_name: `${name} migrate` });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [lockId]);
    await client.query(`create schema if not exists ${name}`);
    await client.query(
      `create table if not exists ${name}.schm_ver
         (file_nm text primary key, sha256 char(64) not null, inst_ts timestamptz not null default clock_timestamp())`,
    );
    const installed: string[] = [];
    const files = (await readdir(directory)).filter((file) => file.endsWith('.sql')).sort();
    for (const file of files) if (await install(client, schema, file)) installed.push(file);
    return installed;
  } finally {
    await client.end();
  }
}

async function install(
  client: pg.Client,
  { name, directory }: SchemaToInstall,
  file: string,
): Promise<boolean> {
  const sql = await readFile(new URL(file, directory), 'utf8');
  const sha256 = createHash('sha256').update(sql).digest('hex');
  const { rows } = await client.query<{ sha256: string }>(
    `select sha256 from ${name}.schm_ver where file_nm = $1`,
    [file],
  );
  if (rows[0] !== undefined) {
    if (rows[0].sha256 !== sha256) throw new MigrationChanged(file);
    return false;
  }
  await client.query('begin');
  await client.query(sql);
  await client.query(`insert into ${name}.schm_ver (file_nm, sha256) values ($1, $2)`, [file, sha256]);
  await client.query('commit');
  return true;
}
