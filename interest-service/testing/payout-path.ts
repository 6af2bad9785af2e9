// The parts a payout goes through, for benches that take layer after layer away.
export { connect, LIVE_LIMITS } from '../src/ledger/data-source.ts';
export { optionsOf } from '../src/ledger/session-settings.sql.ts';
export {
  LOCK_ACCOUNT,
  type Prepared,
  READ_ACCOUNT,
  WRITE_PAYOUT,
  WRITE_REFUSAL,
} from '../src/payout/payout.sql.ts';
export { payoutFlow } from '../src/payout/payout.ts';
export { inTwoTrips } from '../src/payout/payout-transaction.sql.ts';
export { postgresLedger } from '../src/payout/postgres-ledger.sql.ts';
