import pg from 'pg';
import {
  type Noted,
  type Outcome,
  type Outcomes,
  OutcomesUnavailable,
  type PayoutToSend,
  type SentPayout,
} from './sent-payouts.ts';

/** One insert and one update a payout: a few connections carry thousands a second. */
const MAX_CONNECTIONS = 8;
const CONNECT_TIMEOUT_MS = 1_000;
/** A payout waits for its note; beyond this it is not sent. */
const STATEMENT_TIMEOUT_MS = 1_500;
/** Behind a dead link the server's own limit never arrives. */
const READ_TIMEOUT_MS = 2_000;

/** First pause before a payout is inquired again, and the longest: a core that is down for a night is not stormed. */
const FIRST_PAUSE = '2 seconds';
const LONGEST_PAUSE = '60 seconds';
/** The receipt itself stays in the ledger for ever; a status address is asked for in the hours after. */
const KEPT_FOR = '7 days';
const FORGOTTEN_AT_ONCE = 1_000;

const NOTE = `insert into adapter.payout_sent (guid, account_no, customer_id, channel_key, trace_id, due_at, next_inquiry_at)
  select $1, $2, $3, $4, $5, d, d from (select clock_timestamp() + make_interval(secs => $6::float8 / 1000) as d) t
  on conflict (customer_id, channel_key) where outcome is null do nothing`;
const OPEN = `select guid, due_at <= clock_timestamp() as "isDue" from adapter.payout_sent
  where customer_id = $1 and channel_key = $2 and outcome is null`;
const SETTLE = `update adapter.payout_sent set outcome = $2, settled_at = clock_timestamp()
  where guid = $1 and outcome is null`;
const ABANDON = `update adapter.payout_sent set due_at = clock_timestamp(), next_inquiry_at = clock_timestamp()
  where guid = $1 and outcome is null`;
const SENT = `guid, account_no as "accountNo", customer_id as "customerId", trace_id as "traceId",
  noted_at as "notedAt", outcome`;
const TAKE = `update adapter.payout_sent set inquiries = inquiries + 1,
    next_inquiry_at = clock_timestamp() + least(interval '${LONGEST_PAUSE}', interval '${FIRST_PAUSE}' * 2 ^ least(inquiries, 10))
  where guid in (select guid from adapter.payout_sent
                  where outcome is null and next_inquiry_at <= clock_timestamp()
                  order by next_inquiry_at limit $1 for update skip locked)
  returning ${SENT}`;
const FORGET = `delete from adapter.payout_sent where guid in (
  select guid from adapter.payout_sent where outcome is not null and settled_at < clock_timestamp() - interval '${KEPT_FOR}'
   order by settled_at limit ${FORGOTTEN_AT_ONCE})`;

export type OutcomesDatabase = Outcomes & { ready(): Promise<boolean>; close(): Promise<void> };

/** Keeps what was sent in schema `adapter`. */
export function openOutcomes(databaseUrl: string, onIdleFault: (fault: Error) => void): OutcomesDatabase {
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
      throw new OutcomesUnavailable(`outcomes of payouts cannot be kept: ${name}`, { cause });
    }
  }

  return {
    async note({ guid, accountNo, customerId, key, traceId, dueWithinMs }: PayoutToSend): Promise<Noted> {
      const noted = await run('note', NOTE, [guid, accountNo, customerId, key, traceId, dueWithinMs]);
      if (noted.rowCount === 1) return { kind: 'noted' };
      const [open] = (await run<{ guid: string; isDue: boolean }>('open', OPEN, [customerId, key])).rows;
      return open?.isDue ? { kind: 'unsettled', guid: open.guid } : { kind: 'in-progress' };
    },
    async settle(guid: string, outcome: Outcome) {
      await run('settle', SETTLE, [guid, outcome]);
    },
    async abandon(guid: string) {
      await run('abandon', ABANDON, [guid]);
    },
    async find(guid) {
      const { rows } = await run<SentPayout>(
        'find',
        `select ${SENT} from adapter.payout_sent where guid = $1`,
        [guid],
      );
      return rows[0] ?? null;
    },
    takeOverdue: async (most) => (await run<SentPayout>('take', TAKE, [most])).rows,
    forgetOld: async () => (await run('forget', FORGET, [])).rowCount ?? 0,
    ready: () =>
      run('ready', 'select 1', []).then(
        () => true,
        () => false,
      ),
    close: () => pool.end(),
  };
}
