import { callerVerifier, coreServer } from '@core-exit/interest-service/contract/server';
import { readAdapterConfig } from '../config.ts';
import { legacyCore } from '../core.ts';
import { outcome } from '../flows/outcome.ts';
import { lineRoute } from '../http/line-route.ts';
import { outcomeRoute } from '../http/outcome-route.ts';
import { serviceLog } from '../log.ts';
import { openOutcomes } from '../outcomes/database.ts';
import { startSettler } from '../settler.ts';
import { stopOnSignal } from '../stop.ts';
import { openWay } from '../way.ts';

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
  stopOnSignal(log, [() => server.close(), () => settler.stop(), () => way.stop(), () => outcomes.close()]);
  return null;
}
