import { callerVerifier, coreServer } from '@core-exit/bank-contract/server';
import { serviceLog } from '@core-exit/process/log';
import { stopOnSignal } from '@core-exit/process/stop';
import type { JSONWebKeySet } from 'jose';
import type { Logger } from 'pino';
import { readAdapterConfig, type Transport } from './config.ts';
import { legacyCore } from './core.ts';
import { outcomeRoute } from './payout/outcome.route.ts';
import { outcome } from './payout/outcome.ts';
import { openSentPayouts } from './payout/sent-payouts.sql.ts';
import { startSettlementLoop } from './payout/settlement-loop.ts';
import { httpTransport } from './transport/http-transport/http-transport.ts';
import type { LegacyTransport } from './transport/legacy-transport.ts';
import { telegramTransport } from './transport/telegram-transport/telegram-transport.ts';
import { transportCountsRoute } from './transport/transport-counts.route.ts';

const NAME = 'legacy-core-adapter';

/** Serves the contract until a signal stops the process. */
export async function serve(): Promise<null> {
  const { host, port, databaseUrl, transport, jwks, version, logLevel } = readAdapterConfig();
  const log = serviceLog(NAME, logLevel);
  const sentPayouts = openSentPayouts(databaseUrl, (fault) =>
    log.warn({ err: fault }, 'idle database connection lost'),
  );
  const legacy = await openTransport(transport, log);
  const ports = { send: legacy.send, sentPayouts };
  const settlement = startSettlementLoop({ ...ports, log });
  const core = legacyCore(ports, legacy.isReady);
  const verify = callerVerifier(jwks as JSONWebKeySet);
  const server = await coreServer({ core, verify, logLevel, name: NAME, version }, (scope) => {
    outcomeRoute(scope, (account, guid) => outcome(ports, account, guid));
    transportCountsRoute(scope, legacy.counts);
  });
  await server.listen({ host, port });
  log.info({ host, port, transport: transport.kind }, 'serving the contract');
  stopOnSignal(log, [
    { name: 'sent payouts', close: () => sentPayouts.close() },
    { name: 'transport', close: () => legacy.stop() },
    { name: 'settlement', close: () => settlement.stop() },
    { name: 'http', close: () => server.close() },
  ]);
  return null;
}

async function openTransport(transport: Transport, log: Logger): Promise<LegacyTransport> {
  if (transport.kind === 'http') return await httpTransport(transport, log);
  const { legacyHost: host, legacyPort: port, prefix, layouts, sessions, inFlight } = transport;
  return telegramTransport({ host, port, dialect: { prefix, layouts }, sessions, inFlight }, log);
}
