import type { Command } from '@core-exit/process/commands';
import { serviceLog } from '@core-exit/process/log';
import { stopOnSignal } from '@core-exit/process/stop';
import { readLegacyCoreConfig, redacted } from '../src/config.ts';
import { type Behaviour, PROFILES } from './behaviour/behaviour.ts';
import { Conduct } from './behaviour/behaviour-simulator.ts';
import { startControl } from './behaviour/control-server.ts';
import { openDatabase } from './stored-functions.sql.ts';
import { startLegacyCore } from './server/server.ts';

export const serveCommand: Command = {
  about: 'answers telegrams; CONTROL_PORT switches its behaviour while it runs',
  async run() {
    const { host, port, databaseUrl, prefix, profile, latencyMs, controlPort, logLevel } =
      readLegacyCoreConfig();
    const log = serviceLog('legacy-core', logLevel);
    const database = openDatabase(databaseUrl, (fault) =>
      log.warn({ err: fault }, 'idle database connection lost'),
    );
    const slow = latencyMs === 0 ? {} : { latency: { kind: 'skewed' as const, meanMs: latencyMs } };
    const behaviour: Behaviour = { ...PROFILES[profile], ...slow };
    const conduct = new Conduct(behaviour, Math.random);
    const now = (): Date => new Date();
    const monotonicMs = (): number => performance.now();
    const control = controlPort === 0 ? null : await startControl(conduct, host, controlPort);
    const server = await startLegacyCore({ database, log, host, port, prefix, conduct, now, monotonicMs });
    log.info(
      { host, port: server.port, database: redacted(databaseUrl), profile },
      'listening for telegrams',
    );
    stopOnSignal(log, [
      { name: 'database', close: () => database.close() },
      { name: 'server', close: () => server.stop() },
      { name: 'control', close: async () => control?.stop() },
    ]);
    return null;
  },
};
