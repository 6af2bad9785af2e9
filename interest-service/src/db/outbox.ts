import type { DataSource } from 'typeorm';
import type { Outbox } from '../flows/relay.ts';
import type { OutboxEvent } from '../flows/tax-posting.ts';
import { inTransaction } from './transaction.ts';

/** Held for the length of a batch, so that several relays keep the order of each account. */
const RELAY_LOCK = 7_021_001;

const CLAIM_UNSENT = `
select id::text, event_id as "eventId", account_no as "accountNo", payload
  from interest.outbox where published_at is null order by id limit $1`;

export function postgresOutbox(source: DataSource): Outbox {
  return {
    sendUnsent: (limit, publish) =>
      inTransaction(source, async (manager) => {
        const [lock] = await manager.query<{ mine: boolean }[]>(
          'select pg_try_advisory_xact_lock($1) as mine',
          [RELAY_LOCK],
        );
        if (!lock?.mine) return 0;
        const rows = await manager.query<(OutboxEvent & { id: string })[]>(CLAIM_UNSENT, [limit]);
        if (rows.length === 0) return 0;
        await publish(rows);
        await manager.query(
          'update interest.outbox set published_at = clock_timestamp() where id = any($1::bigint[])',
          [rows.map((row) => row.id)],
        );
        return rows.length;
      }),
  };
}
