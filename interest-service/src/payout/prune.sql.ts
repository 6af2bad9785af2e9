import type { DataSource } from 'typeorm';
import { LOCKS } from '../ledger/advisory-locks.ts';
import { inTransaction } from '../ledger/transaction.ts';
import type { KeptReplies } from './prune.ts';

/** By the server's own clock, which wrote `created_at`; the bank's date may be moved in development. */
const REMOVE = `
delete from interest.reply
 where (customer_id, channel_key) in (
   select customer_id, channel_key from interest.reply
    where created_at < clock_timestamp() - make_interval(hours => $1) order by created_at limit $2)`;

export function postgresKeptReplies(source: DataSource): KeptReplies {
  return {
    removeOlderThan: (hours, limit) =>
      inTransaction(source, async (manager) => {
        const [lock] = await manager.query<{ mine: boolean }[]>(
          'select pg_try_advisory_xact_lock($1) as mine',
          [LOCKS.sweep],
        );
        if (!lock?.mine) return null;
        const [, removed] = await manager.query<[unknown, number]>(REMOVE, [hours, limit]);
        return removed;
      }),
  };
}
