// The adapter: the HTTP contract in front of the legacy core's telegrams.
import { callerVerifier, coreServer } from '@core-exit/interest-service/contract/server';
import { readAdapterConfig } from './config.ts';
import { legacyCore } from './core.ts';
import { askOn, poll } from './line/ask.ts';
import { Line } from './line/line.ts';
import { serviceLog } from './log.ts';
import { stopOnSignal } from './stop.ts';

const NAME = 'legacy-core-adapter';

const { host, port, legacyCore: address, jwks, version, logLevel } = readAdapterConfig();
const log = serviceLog(NAME, logLevel);
const line = new Line({ address, log, random: Math.random, poll });
const core = legacyCore(askOn(line, log), () => line.ready);
const server = await coreServer({ core, verify: callerVerifier(jwks), logLevel, name: NAME, version });
await server.listen({ host, port });
log.info({ host, port, legacyCore: `${address.host}:${address.port}` }, 'serving the contract');
stopOnSignal(log, [() => server.close(), () => line.stop()]);
