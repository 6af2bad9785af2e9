// The parts a payout goes through, for benches that take layer after layer away.
export { connect, LIVE_LIMITS } from './db/data-source.ts';
export { postgresLedger } from './db/ledger.ts';
export { LOCK_ACCOUNT, type Prepared, READ_ACCOUNT, WRITE_PAYOUT, WRITE_REFUSAL } from './db/payout-sql.ts';
export { inTwoTrips } from './db/payout-transaction.ts';
export { optionsOf } from './db/session-settings.ts';
export { payoutFlow } from './flows/payout.ts';
