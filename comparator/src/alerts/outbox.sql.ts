import type pg from 'pg';
import { inTransaction } from '../store/database.ts';
import { type Digest, digestMessage, type SlackMessage } from './message.ts';

/** A claim ends after this time. Then another sender may send the message, because the first one probably died. */
const CLAIM_SECONDS = 30;
/** Digests written in one round; the next round follows at once. */
const MAX_DIGESTS = 20;

export type DueAlert = { id: string; attempts: number; message: SlackMessage };

/** Claims the message that is due for the longest time, so that a message that Slack refuses does not block others. */
export async function claimAlert(pool: pg.Pool): Promise<DueAlert | null> {
  const { rows } = await pool.query<DueAlert>(
    `update comparator.alert set attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => $1)
      where id = (select id from comparator.alert where sent_at is null and next_attempt_at <= now()
                   order by next_attempt_at, id limit 1 for update skip locked)
     returning id, attempts, message`,
    [CLAIM_SECONDS],
  );
  return rows[0] ?? null;
}

export async function markSent(pool: pg.Pool, id: string): Promise<void> {
  await pool.query(`update comparator.alert set sent_at = now(), last_error = null where id = $1`, [id]);
}

export async function markFailed(pool: pg.Pool, id: string, why: string, retryInMs: number): Promise<void> {
  await pool.query(
    `update comparator.alert set last_error = $2, next_attempt_at = now() + make_interval(secs => $3) where id = $1`,
    [id, why.slice(0, 500), retryInMs / 1_000],
  );
}

/** Writes a digest for every signature seen again since its last message, at most one in each interval. Returns the count. */
export async function writeDigests(
  pool: pg.Pool,
  intervalSeconds: number,
  adminUrl: string,
): Promise<number> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<Omit<Digest, 'count' | 'more'> & { count: string; more: string }>(
      `select id as signature, operation, parts, count, count - told_count as more, last_seen_at as "lastSeenAt",
              first_comparison as comparison, told_rate as "rateBefore",
              (count - told_count) * 60 / greatest(extract(epoch from now() - told_at), 1)::double precision as rate
         from comparator.signature
        where count > told_count and state <> 'expected' and told_at <= now() - make_interval(secs => $1)
          and not exists (select from comparator.alert a where a.signature_id = signature.id and a.sent_at is null)
        order by id limit $2 for update skip locked`,
      [intervalSeconds, MAX_DIGESTS],
    );
    for (const row of rows) {
      const digest: Digest = { ...row, count: Number(row.count), more: Number(row.more) };
      await client.query(
        `insert into comparator.alert (signature_id, kind, message) values ($1, 'digest', $2)`,
        [digest.signature, JSON.stringify(digestMessage(digest, adminUrl))],
      );
      await client.query(
        `update comparator.signature set told_count = $2, told_rate = $3, told_at = now() where id = $1`,
        [digest.signature, digest.count, digest.rate],
      );
    }
    return rows.length;
  });
}
