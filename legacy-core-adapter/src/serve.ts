import { callerVerifier, coreServer } from '@core-exit/bank-contract/server';
import { serviceLog } from '@core-exit/process/log';
import { stopOnSignal } from '@core-exit/process/stop';
import { readAdapterConfig } from './config.ts';
import { legacyCore } from './core.ts';
import { outcome } from './payout/outcome.ts';
import { lineRoute } from './transport/transport-counts.route.ts';
import { outcomeRoute } from './payout/outcome.route.ts';
import { openOutcomes } from './payout/sent-payouts.sql.ts';
import { startSettler } from './payout/settlement-loop.ts';
import { openWay } from './transport/legacy-transport.ts';

const NAME = 'legacy-core-adapter';

/** Serves the contract until the process is told to stop. */
export async function serve(): Promise<null> {
  const { host, port, databaseUrl, transport, jwks, version, logLevel } = readAdapterConfig();
  const log = serviceLog(NAME, logLevel);
  const outcomes = openOutcomes(databaseUrl, (fault) =>
    log.warn({ err: fault }, 'idle database connection lost'),
  );
  const way = await openWay(transport, log);
  const ports = { ask: way.ask, outcomes };
  const settler = startSettler({ ...ports, log });
  const core = legacyCore(ports, way.ready);
  const server = await coreServer(
    { core, verify: callerVerifier(jwks), logLevel, name: NAME, version },
    (scope) => {
      outcomeRoute(scope, (asked, guid) => outcome(ports, asked, guid));
      lineRoute(scope, way.counts);
    },
  );
  await server.listen({ host, port });
  log.info({ host, port, transport: transport.kind }, 'serving the contract');
  stopOnSignal(log, [
    { name: 'outcomes', close: () => outcomes.close() },
    { name: 'transport', close: () => way.stop() },
    { name: 'settler', close: () => settler.stop() },
    { name: 'http', close: () => server.close() },
  ]);
  return null;
}
