import { chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../processes/ports.ts';
import { externalPart, LOOPBACK, type Part, type PartContext } from './part.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { serverUser } from './server-user.ts';

const OWNER = 'postgres';
const READY_WITHIN_MS = 20_000;

/** Meant for a developer's machine with two cores beside everything else. */
const SETTINGS = {
  listen_addresses: LOOPBACK,
  unix_socket_directories: '', // TCP only: no socket file to clash over, no limit on the length of the path
  max_connections: '200', // eight processes with a pool each, and tests beside them
  shared_buffers: '256MB',
  max_wal_size: '2GB', // a seed of a million accounts without a checkpoint storm
  wal_level: 'logical', // the ledger stream follows the log
  max_replication_slots: '32', // one for each stream; test files run beside each other
  max_wal_senders: '32',
  max_slot_wal_keep_size: '1GB', // a stream that is gone must not fill the disk: it loses its slot and begins anew
  shared_preload_libraries: 'pg_stat_statements',
  track_io_timing: 'on',
  timezone: 'UTC', // differs from the bank's day in Seoul for nine hours a day: whoever mixes them up sees it
  log_timezone: 'UTC',
  log_min_messages: 'warning',
  log_lock_waits: 'on',
};

/** For tests only: a crash of the machine may lose everything, and it was going to be thrown away anyway. */
const NOT_DURABLE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

export type PostgresOptions = {
  externalUrl?: string | undefined;
  /** Default true: a commit is on the disk, as in production. */
  durable?: boolean;
};

/**
 * Starts PostgreSQL with an empty database `bank`; the address belongs to the owner (a superuser).
 * Pass `externalUrl` to use that database instead.
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
    // The builtin collation sorts the same on every machine and needs no installed locale.
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
    // Fast shutdown (a checkpoint) if the data stay; immediate, without it, if they are removed anyway.
    stopSignal: supervisor.run.isKept() ? 'SIGINT' : 'SIGQUIT',
    isReady: async () => (await serverVersion(maintenance)) !== '',
    readyWithinMs: READY_WITHIN_MS,
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

/** The same server, another database or another role. Roles have their name as password, locally. */
export function databaseUrl(url: string, change: { database?: string; role?: string }): string {
  const changed = new URL(url);
  if (change.database !== undefined) changed.pathname = `/${change.database}`;
  if (change.role !== undefined) {
    changed.username = change.role;
    changed.password = change.role;
  }
  return changed.href;
}

/** Runs SQL without parameters on a connection of its own; several statements are one transaction. */
export async function query<Row extends pg.QueryResultRow>(
  url: string,
  sql: string,
  values: readonly string[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {}); // a server that goes away is told by the query itself
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
