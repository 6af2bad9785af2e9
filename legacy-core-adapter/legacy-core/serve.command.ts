import type { Command } from '@core-exit/process/commands';
import { redactedUrl } from '@core-exit/process/configuration';
import { serviceLog } from '@core-exit/process/log';
import { stopOnSignal } from '@core-exit/process/stop';
import { type Behaviour, PROFILES } from './behaviour/behaviour.ts';
import { BehaviourSimulator } from './behaviour/behaviour-simulator.ts';
import { startControlServer } from './behaviour/control-server.ts';
import { readLegacyCoreConfig } from './config.ts';
import { startLegacyCore } from './server/server.ts';
import { openStoredFunctions } from './stored-functions.sql.ts';

export const serveCommand: Command = {
  about: 'answers telegrams; CONTROL_PORT changes its behaviour while it runs',
  async run() {
    const { host, port, databaseUrl, prefix, profile, latencyMs, controlPort, logLevel } =
      readLegacyCoreConfig();
    const log = serviceLog('legacy-core', logLevel);
    const functions = openStoredFunctions(databaseUrl, (fault) =>
      log.warn({ err: fault }, 'idle database connection lost'),
    );
    const slow = latencyMs === 0 ? {} : { latency: { kind: 'skewed' as const, meanMs: latencyMs } };
    const behaviour: Behaviour = { ...PROFILES[profile], ...slow };
    const simulator = new BehaviourSimulator(behaviour, Math.random);
    const now = (): Date => new Date();
    const monotonicMs = (): number => performance.now();
    const control = controlPort === 0 ? null : await startControlServer(simulator, host, controlPort);
    const server = await startLegacyCore({ functions, log, host, port, prefix, simulator, now, monotonicMs });
    log.info(
      { host, port: server.port, database: redactedUrl(databaseUrl), profile },
      'listening for telegrams',
    );
    stopOnSignal(log, [
      { name: 'database', close: () => functions.close() },
      { name: 'server', close: () => server.stop() },
      { name: 'control', close: async () => control?.stop() },
    ]);
    return null;
  },
};
