// The parts of a payout, for benches that measure one layer after another.
export { connect, LIVE_LIMITS } from '../src/ledger/data-source.ts';
export { optionsOf } from '../src/ledger/session.sql.ts';
export {
  LOCK_ACCOUNT,
  type Prepared,
  READ_ACCOUNT,
  WRITE_PAYOUT,
  WRITE_REFUSAL,
} from '../src/payout/payout.sql.ts';
export { inTwoTrips } from '../src/payout/payout-transaction.sql.ts';
