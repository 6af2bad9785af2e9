// The legacy core: `migrate` installs its schema, `serve` answers telegrams.
import { readLegacyCoreConfig, readMigrationConfig, redacted } from './config.ts';
import { openDatabase } from './legacy-core/database.ts';
import { migrate } from './legacy-core/migrate.ts';
import { startLegacyCore } from './legacy-core/server.ts';
import { serviceLog } from './log.ts';
import { stopOnSignal } from './stop.ts';

async function runMigrate(): Promise<void> {
  const { databaseUrl, logLevel } = readMigrationConfig();
  const log = serviceLog('legacy-core', logLevel);
  log.info(
    { database: redacted(databaseUrl), installed: await migrate(databaseUrl) },
    'schema legacy is installed',
  );
}

async function runServe(): Promise<void> {
  const { host, port, databaseUrl, latencyMs, logLevel } = readLegacyCoreConfig();
  const log = serviceLog('legacy-core', logLevel);
  const database = openDatabase(databaseUrl, (fault) =>
    log.warn({ err: fault }, 'idle database connection lost'),
  );
  const server = await startLegacyCore({
    database,
    log,
    host,
    port,
    latencyMs,
    random: Math.random,
    now: () => new Date(),
    monotonicMs: () => performance.now(),
  });
  log.info(
    { host, port: server.port, database: redacted(databaseUrl), latencyMs },
    'listening for telegrams',
  );
  stopOnSignal(log, [() => server.stop(), () => database.close()]);
}

const COMMANDS: Record<string, () => Promise<void>> = { serve: runServe, migrate: runMigrate };
const command = COMMANDS[process.argv[2] ?? ''];
if (command === undefined) {
  process.stderr.write('usage: node legacy-core-adapter/src/legacy-core-main.ts serve | migrate\n');
  process.exit(2);
}
await command();
