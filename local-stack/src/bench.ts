// What benches of the repository may use: parts and processes of a run of their own.
export { seed } from '@core-exit/bank-ledger/seed';
export { createBankAuth } from './bank/auth.ts';
export { migrateBank } from './bank/database.ts';
export { type Service, serviceCommand, startService } from './bank/service.ts';
export { readConfig } from './config.ts';
export { checkInvariants, violationText } from './invariants/invariants.ts';
export { startKafka } from './parts/kafka.ts';
export { databaseUrl, query, startPostgres } from './parts/postgres.ts';
export { startRedis } from './parts/redis.ts';
export { freePort } from './processes/ports.ts';
export { openRun, type Run } from './run.ts';
