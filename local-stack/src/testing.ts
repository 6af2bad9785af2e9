// What the tests of every room may use: the parts of the run, new databases, tokens, processes.
export { type SeedOptions, seed } from '@core-exit/bank-ledger/seed';
export {
  type BankAuth,
  createBankAuth,
  TOKEN_AUDIENCE,
  TOKEN_ISSUER,
  type TokenClaims,
} from './bank/auth.ts';
export { BANK_ROLES, type BankRole } from './bank/database.ts';
export type { ServiceSpec } from './bank/service.ts';
export {
  type AcknowledgedPayout,
  checkInvariants,
  violationText,
  watchInvariants,
} from './invariants/invariants.ts';
export { freePort } from './processes/ports.ts';
export { until as waitFor } from './processes/until.ts';
export { type AccountGiven, openAccount } from './testing/account.ts';
export { createTestDatabase, type TestDatabase } from './testing/database.ts';
export { describeWithKafka, kafkaBrokers, startOwnKafka } from './testing/kafka.ts';
export {
  type PayoutAccount,
  type PayoutAnswer,
  type PayoutClients,
  payoutClients,
} from './testing/payout-clients.ts';
export { type SpawnedProcess, spawnProcess } from './testing/processes.ts';
export { provided } from './testing/provided.ts';
export { createTestRedis, type OwnRedis, startOwnRedis } from './testing/redis.ts';
export { type CommandResult, runCommand } from './testing/run-command.ts';
export { startTestBank, type TestBank, type TestBankOptions } from './testing/whole-bank.ts';
export { type Moment, startWireProxy, type Wire, type WireProxy } from './testing/wire-proxy.ts';
