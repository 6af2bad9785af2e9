import type { DataSource } from 'typeorm';
import { LOCKS } from '../../ledger/advisory-locks.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { Outbox, OutboxEvent } from './relay.ts';

/** Half of the sixteen lanes: two relays can always work side by side, and a single relay empties all lanes in turn. */
const LANES_AT_A_TIME = 8;

const HAS_UNSENT = 'select exists (select from interest.outbox where published_at is null) as waiting';

/** $1 class of the locks, $2 number of lanes (column `slot`). The locks are held until the transaction ends, also if it dies. */
const TAKE_LANES = `
with waiting as materialized (
  select s.slot from generate_series(0, 15) s (slot)
   where exists (select from interest.outbox o where o.slot = s.slot and o.published_at is null)
   order by random()
)
select slot from waiting where pg_try_advisory_xact_lock($1, slot) limit $2`;

/**
 * $1 lanes, $2 events of each. A statement of its own, because one that began before the lock was won would see events that the
 * last holder has sent. Ids do not ascend in the order of commits, so unsent events are selected and never "id > last". Within
 * an account they do, because its row lock was held when they were assigned.
 */
export const CLAIM_UNSENT = `
select o.id::text, o.event_id as "eventId", o.account_no as "accountNo", o.payload
  from unnest($1::smallint[]) s (slot)
 cross join lateral (
   select * from interest.outbox o
    where o.slot = s.slot and o.published_at is null order by o.id limit $2) o
 order by o.id`;

const MARK_SENT = `
update interest.outbox set published_at = clock_timestamp(), sent_times = sent_times + 1 where id = any($1::bigint[])`;

export function postgresOutbox(source: DataSource): Outbox {
  return {
    async hasUnsent() {
      const [row] = await source.query<{ waiting: boolean }[]>(HAS_UNSENT);
      return row?.waiting ?? false;
    },
    sendUnsent: (limit, publish) =>
      inTransaction(source, async (manager) => {
        const lanes = await manager.query<{ slot: number }[]>(TAKE_LANES, [
          LOCKS.outboxLane,
          LANES_AT_A_TIME,
        ]);
        if (lanes.length === 0) return 0;
        const events = await manager.query<(OutboxEvent & { id: string })[]>(CLAIM_UNSENT, [
          lanes.map(({ slot }) => slot),
          Math.ceil(limit / lanes.length),
        ]);
        if (events.length === 0) return 0;
        await publish(events);
        await manager.query(MARK_SENT, [events.map(({ id }) => id)]);
        return events.length;
      }),
  };
}
