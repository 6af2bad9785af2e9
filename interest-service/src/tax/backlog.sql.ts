import type { DataSource } from 'typeorm';
import type { Backlog } from './tax.metrics.ts';

const BACKLOG = `
select (select count(*) from interest.outbox where published_at is null)::int as unsent,
       (select coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)::float8
          from interest.outbox where published_at is null) as "oldestSeconds",
       (select count(*) from tax.parked)::int as parked,
       (select count(*) from tax.dead_letter where redriven_at is null)::int as dead`;

/** What waits in the database for relay, worker and operator. */
export const readBacklog = (source: DataSource) => async (): Promise<Backlog> => {
  const [backlog] = await source.query<Backlog[]>(BACKLOG);
  return backlog ?? { unsent: 0, oldestSeconds: 0, parked: 0, dead: 0 };
};
