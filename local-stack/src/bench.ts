// What the benches may use: parts and processes of a run of their own.
export { seed } from '@core-exit/bank-ledger/seed';
export { createBankAuth } from './bank/auth.ts';
export { type CustomerWithToken, payableCustomers, withTokens } from './bank/customers.ts';
export { migrateBank } from './bank/database.ts';
export { type Service, serviceCommand, startService } from './bank/service.ts';
export { minimalEnvironment, readConfig } from './config.ts';
export { checkInvariants, violationText } from './invariants/invariants.ts';
export { startKafka } from './parts/kafka.ts';
export type { PartContext } from './parts/part.ts';
export { databaseUrl, query, startPostgres } from './parts/postgres.ts';
export { startRedis } from './parts/redis.ts';
export { startSlackSink } from './parts/slack-sink.ts';
export { startUnleash } from './parts/unleash.ts';
export { freePort } from './processes/ports.ts';
export { until } from './processes/until.ts';
export { openRun, type Run } from './run.ts';
