import { chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../processes/ports.ts';
import { externalPart, LOOPBACK, type Part, type PartContext } from './part.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { serverUser } from './server-user.ts';

const OWNER = 'postgres';

/** For a developer's machine with two processors that also runs everything else. */
const SETTINGS = {
  listen_addresses: LOOPBACK,
  unix_socket_directories: '', // TCP only, because socket files of two servers can clash and their paths are limited in length
  max_connections: '200', // eight processes with a pool each, and the tests
  shared_buffers: '256MB',
  max_wal_size: '2GB', // a seed of a million accounts without a checkpoint storm
  wal_level: 'logical', // the ledger stream follows the ledger's changes
  max_replication_slots: '32', // one for each stream; test files run at the same time
  max_wal_senders: '32',
  max_slot_wal_keep_size: '1GB', // if a stream has ended for good, its slot is dropped before it fills the disk
  shared_preload_libraries: 'pg_stat_statements',
  track_io_timing: 'on',
  timezone: 'UTC', // UTC and the bank's date in Seoul differ for nine hours a day, so that a test finds code that mixes them up
  log_timezone: 'UTC',
  log_min_messages: 'warning',
  log_lock_waits: 'on',
};

/** For tests only: a crash of the machine loses the data, which tests do not keep anyway. */
const NOT_DURABLE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

export type PostgresOptions = {
  externalUrl?: string | null;
  /** Default true: a commit is written to the disk, as in production. */
  durable?: boolean;
};

/**
 * Starts PostgreSQL with an empty database `bank`. The address is that of the owner, who is a superuser.
 * With `externalUrl`, that database is used and nothing is started.
 */
export async function startPostgres(context: PartContext, options: PostgresOptions = {}): Promise<Part> {
  if (options.externalUrl) {
    return externalPart('postgres', await serverVersion(options.externalUrl), options.externalUrl);
  }
  const { supervisor } = context;
  const begin = performance.now();
  const user = serverUser();
  const binaries = await postgresBinaries(user);
  const home = supervisor.run.directory('postgres');
  const data = join(home, 'data');
  const passwordFile = join(home, 'password');
  writeFileSync(passwordFile, `${OWNER}\n`);
  if (user) for (const path of [home, passwordFile]) chownSync(path, user.uid, user.gid);
  const process = { cwd: home, ...(user && { runAs: user }) };

  await supervisor.complete({
    name: 'postgres-initdb',
    command: binaries.initdb,
    // The builtin collation gives the same order on every machine and needs no installed locale.
    args: flags({
      pgdata: data,
      username: OWNER,
      pwfile: passwordFile,
      auth: 'scram-sha-256',
      encoding: 'UTF8',
      locale: 'C',
      'locale-provider': 'builtin',
      'builtin-locale': 'C.UTF-8',
    }).concat('--no-sync', '--no-instructions'),
    ...process,
  });
  const port = await freePort();
  const settings = { ...SETTINGS, ...(options.durable === false && NOT_DURABLE), port: String(port) };
  const maintenance = `postgres://${OWNER}:${OWNER}@${LOOPBACK}:${port}/postgres`;
  const server = await supervisor.start({
    name: 'postgres',
    command: binaries.postgres,
    args: ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    // Fast shutdown with a checkpoint if the data are kept; immediate shutdown without a checkpoint if they are removed.
    stopSignal: supervisor.run.isKept() ? 'SIGINT' : 'SIGQUIT',
    isReady: async () => (await serverVersion(maintenance)) !== '',
    ...process,
  });
  await query(maintenance, 'create database bank');
  return {
    name: 'postgres',
    version: await serverVersion(maintenance),
    address: databaseUrl(maintenance, { database: 'bank' }),
    origin: 'started',
    startedInMs: Math.round(performance.now() - begin),
    stop: async () => void (await server.stop()),
  };
}

const flags = (options: Record<string, string>) =>
  Object.entries(options).map(([name, value]) => `--${name}=${value}`);

/** An address with another database or another role. On the local stack the password of a role is its name. */
export function databaseUrl(url: string, change: { database?: string; role?: string }): string {
  const changed = new URL(url);
  if (change.database !== undefined) changed.pathname = `/${change.database}`;
  if (change.role !== undefined) {
    changed.username = change.role;
    changed.password = change.role;
  }
  return changed.href;
}

/** Runs SQL on its own connection. Without parameters, several statements are one transaction. */
export async function query<Row extends pg.QueryResultRow>(
  url: string,
  sql: string,
  values: readonly string[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {}); // the query below rejects with the same error
  await client.connect();
  try {
    return (await client.query<Row>(sql, values.length === 0 ? undefined : [...values])).rows;
  } finally {
    await client.end();
  }
}

async function serverVersion(url: string): Promise<string> {
  const [row] = await query<{ server_version: string }>(url, 'show server_version');
  return row?.server_version ?? '';
}
