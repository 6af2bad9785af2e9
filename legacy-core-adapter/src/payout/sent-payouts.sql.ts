import pg from 'pg';
import {
  type Outcome,
  type PayoutToSend,
  type Recorded,
  type SentPayout,
  type SentPayouts,
  SentPayoutsUnavailable,
} from './sent-payouts.ts';

/** A payout takes one insert and one update, so a few connections are enough for thousands of payouts a second. */
const MAX_CONNECTIONS = 8;
const CONNECT_TIMEOUT_MS = 1_000;
/** A payout waits for its record. If the record takes longer, the payout is not sent. */
const STATEMENT_TIMEOUT_MS = 1_500;
/** If the link is dead, the server's own timeout never arrives. */
const READ_TIMEOUT_MS = 2_000;

/** First and longest pause between two inquiries about a payout, so that a core that was down for a night is not overloaded. */
const FIRST_PAUSE = '2 seconds';
const LONGEST_PAUSE = '60 seconds';
/** A status address is read within some hours. The receipt itself stays in the ledger. */
const KEPT_FOR = '7 days';
const DELETED_AT_ONCE = 1_000;

const RECORD = `insert into adapter.payout_sent (guid, account_no, customer_id, channel_key, trace_id, due_at, next_inquiry_at)
  select $1, $2, $3, $4, $5, d, d from (select clock_timestamp() + make_interval(secs => $6::float8 / 1000) as d) t
  on conflict (customer_id, channel_key) where outcome is null do nothing`;
const OPEN = `select guid, due_at <= clock_timestamp() as "isDue" from adapter.payout_sent
  where customer_id = $1 and channel_key = $2 and outcome is null`;
const SETTLE = `update adapter.payout_sent set outcome = $2, settled_at = clock_timestamp()
  where guid = $1 and outcome is null`;
const HAND_OVER = `update adapter.payout_sent set due_at = clock_timestamp(), next_inquiry_at = clock_timestamp()
  where guid = $1 and outcome is null`;
const SENT = `guid, account_no as "accountNo", customer_id as "customerId", trace_id as "traceId",
  noted_at as "notedAt", outcome`;
const CLAIM = `update adapter.payout_sent set inquiries = inquiries + 1,
    next_inquiry_at = clock_timestamp() + least(interval '${LONGEST_PAUSE}', interval '${FIRST_PAUSE}' * 2 ^ least(inquiries, 10))
  where guid in (select guid from adapter.payout_sent
                  where outcome is null and next_inquiry_at <= clock_timestamp()
                  order by next_inquiry_at limit $1 for update skip locked)
  returning ${SENT}`;
const DELETE_OLD = `delete from adapter.payout_sent where guid in (
  select guid from adapter.payout_sent where outcome is not null and settled_at < clock_timestamp() - interval '${KEPT_FOR}'
   order by settled_at limit ${DELETED_AT_ONCE})`;

export type SentPayoutsDatabase = SentPayouts & { ready(): Promise<boolean>; close(): Promise<void> };

/** The record of sent payouts in schema `adapter`. */
export function openSentPayouts(
  databaseUrl: string,
  onIdleFault: (fault: Error) => void,
): SentPayoutsDatabase {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: 'legacy-core-adapter',
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: READ_TIMEOUT_MS,
    keepAlive: true,
  });
  pool.on('error', onIdleFault);

  async function run<Row extends pg.QueryResultRow>(name: string, text: string, values: unknown[]) {
    try {
      return await pool.query<Row>({ name, text, values });
    } catch (cause) {
      throw new SentPayoutsUnavailable(`sent payouts cannot be recorded: ${name}`, { cause });
    }
  }

  async function findOpen(customerId: string, idempotencyKey: string) {
    const { rows } = await run<{ guid: string; isDue: boolean }>('open', OPEN, [customerId, idempotencyKey]);
    return rows[0];
  }

  return {
    async record(payout: PayoutToSend): Promise<Recorded> {
      const { guid, accountNo, customerId, idempotencyKey, traceId, dueWithinMs } = payout;
      const values = [guid, accountNo, customerId, idempotencyKey, traceId, dueWithinMs];
      const inserted = await run('record', RECORD, values);
      if (inserted.rowCount === 1) return { kind: 'recorded' };
      const open = await findOpen(customerId, idempotencyKey);
      return open?.isDue ? { kind: 'unsettled', guid: open.guid } : { kind: 'in-progress' };
    },
    async settle(guid: string, outcome: Outcome) {
      await run('settle', SETTLE, [guid, outcome]);
    },
    async handOver(guid: string) {
      await run('hand over', HAND_OVER, [guid]);
    },
    async find(guid) {
      const { rows } = await run<SentPayout>(
        'find',
        `select ${SENT} from adapter.payout_sent where guid = $1`,
        [guid],
      );
      return rows[0] ?? null;
    },
    claimOverdue: async (most) => (await run<SentPayout>('claim', CLAIM, [most])).rows,
    deleteOld: async () => (await run('delete old', DELETE_OLD, [])).rowCount ?? 0,
    ready: () =>
      run('ready', 'select 1', []).then(
        () => true,
        () => false,
      ),
    close: () => pool.end(),
  };
}
