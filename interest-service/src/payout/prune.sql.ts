import type { DataSource } from 'typeorm';
import { LOCKS } from '../ledger/advisory-locks.ts';
import { inTransaction } from '../ledger/transaction.ts';
import type { StoredReplies } from './prune.ts';

const ONE_AT_A_TIME = 'select pg_try_advisory_xact_lock($1) as mine';

/** $1 hours, $2 limit. By the server's own clock, which wrote `created_at`; the bank's date may be moved in development. */
const DELETE_OLD = `
delete from interest.reply
 where (customer_id, channel_key) in (
   select customer_id, channel_key from interest.reply
    where created_at < clock_timestamp() - make_interval(hours => $1) order by created_at limit $2)`;

export function postgresReplies(source: DataSource): StoredReplies {
  return {
    deleteOlderThan: (hours, limit) =>
      inTransaction(source, async (manager) => {
        const [lock] = await manager.query<{ mine: boolean }[]>(ONE_AT_A_TIME, [LOCKS.prune]);
        if (!lock?.mine) return null;
        const [, deleted] = await manager.query<[unknown, number]>(DELETE_OLD, [hours, limit]);
        return deleted;
      }),
  };
}
