import pg from 'pg';
import { StoreFault } from '../faults.ts';
import { nextSince, type Stay } from '../plan/stay.ts';
import type { Approval, ChainLink, DecisionRecord, Move, MoveResult, RampSnapshot, Store } from './store.ts';

/** A controller reads four times a second. A database that needs longer than this counts as down. */
const CALL_TIMEOUT_MS = 1_500;
const MAX_CONNECTIONS = 3;
/** A controller renews its lease every 250 ms. If it crashed, another controller takes over after this time. */
const LEASE_MS = 3_000;
/** Longer than the deadline of one message (controller/slack-notifier.ts). */
const SENDING_MS = 10_000;

export type StoreOptions = {
  databaseUrl: string;
  flag: string;
  /** A function of the database that returns the current instant, e.g. `clock_timestamp`. */
  clockFunction: string;
};

export function postgresStore({ databaseUrl, flag, clockFunction }: StoreOptions): Store {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CALL_TIMEOUT_MS,
    statement_timeout: CALL_TIMEOUT_MS,
    query_timeout: CALL_TIMEOUT_MS,
    application_name: 'rollout',
  });
  pool.on('error', () => undefined); // an idle connection broke; the next call throws the fault
  const clock = `${clockFunction}()`;

  const query = async <R extends pg.QueryResultRow>(
    what: string,
    text: string,
    values: unknown[],
  ): Promise<R[]> => {
    try {
      return (await pool.query<R>(text, values)).rows;
    } catch (error) {
      throw new StoreFault(what, error);
    }
  };

  return {
    async read() {
      const [row] = await query<SnapshotRow>('read the current stage', readSql(clock), [flag]);
      return snapshotOf(row);
    },
    move: (move) =>
      inTransaction(pool, `move to ${move.to.stage}`, (client) => moveIn(client, flag, clock, move)),
    record: (draft) =>
      inTransaction(pool, draft.action, (client) => append(client, flag, { ...draft, from: null, to: null })),
    approve: (stay, planHash, draft) =>
      inTransaction(pool, 'approve', async (client) => {
        const { rowCount } = await client.query(APPROVE, [flag, stay.since, planHash, draft.by]);
        return rowCount === 0 ? null : append(client, flag, { ...draft, from: stay, to: stay });
      }),
    async holdLease(holder) {
      return (await query('take the lease', HOLD_LEASE, [flag, holder, LEASE_MS])).length === 1;
    },
    async releaseLease(holder) {
      await query('release the lease', RELEASE_LEASE, [flag, holder]);
    },
    async decisionsAfter(seq, limit) {
      return (await query<RecordRow>('read the decisions', READ_DECISIONS, [flag, seq, limit])).map(recordOf);
    },
    async nextUnsent(sender) {
      const reserve = [flag, sender, SENDING_MS];
      const [reserved] = await query<{ seq: string }>('reserve the sending', RESERVE_SENDING, reserve);
      if (reserved === undefined) return null;
      const [row] = await query<RecordRow>('read the decisions', READ_DECISIONS, [flag, reserved.seq, 1]);
      return row === undefined ? null : recordOf(row);
    },
    async markSent(sender, seq) {
      await query('mark as sent', MARK_SENT, [flag, sender, seq]);
    },
    close: () => pool.end(),
  };
}

async function moveIn(client: pg.PoolClient, flag: string, clock: string, move: Move): Promise<MoveResult> {
  const { rows } = await client.query<{ stage: string; since: string }>(LOCK_STAGE, [flag]);
  const from: Stay | null = rows[0] ?? null;
  if (move.ifStill !== undefined && from?.since !== move.ifStill.since)
    return { kind: 'overtaken', now: from };
  if (move.ifHolder !== undefined) {
    const { rowCount } = await client.query(IS_HOLDER, [flag, move.ifHolder]);
    if (rowCount === 0) return { kind: 'overtaken', now: from };
  }
  const stay: Stay = { stage: move.to.stage, since: move.since ?? nextSince(from, new Date()) };
  const { shadow, primary } = move.to;
  const held = move.held ?? false;
  await client.query(enterSql(clock), [flag, stay.stage, stay.since, shadow, primary, held]);
  const link = await append(client, flag, { ...move.draft, from, to: stay, held });
  return { kind: 'moved', stay, link };
}

async function append(client: pg.PoolClient, flag: string, body: object): Promise<ChainLink> {
  const { rows } = await client.query<{ seq: string; hash: string }>(APPEND, [flag, JSON.stringify(body)]);
  return { seq: Number(rows[0]?.seq), hash: rows[0]?.hash ?? '' };
}

/** After an error the connection is closed, because a ROLLBACK that timed out leaves the transaction open. */
async function inTransaction<T>(
  pool: pg.Pool,
  what: string,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw new StoreFault(what, error);
  });
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    client.release();
    return result;
  } catch (error) {
    client.release(error instanceof Error ? error : true);
    throw new StoreFault(what, error);
  }
}

type RecordRow = Omit<DecisionRecord, 'seq'> & { seq: string };

function recordOf(row: RecordRow): DecisionRecord {
  return { ...row, seq: Number(row.seq) };
}

type SnapshotRow = {
  clock: Date;
  stage: string | null;
  since: string;
  held: boolean;
  entered_clock: Date;
  before_stage: string | null;
  before_since: string | null;
  approvals: Approval[];
};

function snapshotOf(row: SnapshotRow | undefined): RampSnapshot {
  if (row === undefined) throw new StoreFault('read the current stage', 'the statement returned no row');
  const { clock, approvals, stage, since, held, entered_clock: enteredClock } = row;
  if (stage === null) return { current: null, clock, approvals: [] };
  const before =
    row.before_stage === null || row.before_since === null
      ? null
      : { stage: row.before_stage, since: row.before_since };
  return { current: { stage, since, held, enteredClock, before }, clock, approvals };
}

const readSql = (clock: string) => `
  select ${clock} as clock, s.stage, s.since, s.held, s.entered_clock, s.before_stage, s.before_since,
         (select coalesce(json_agg(json_build_object('by', approver, 'planHash', plan_hash) order by at), '[]')
            from rollout.approval a where a.flag = s.flag and a.since = s.since) as approvals
    from (select $1::text as flag) f left join rollout.stage s using (flag)`;
const LOCK_STAGE = 'select stage, since from rollout.stage where flag = $1 for update';
const IS_HOLDER = 'select from rollout.lease where flag = $1 and holder = $2 and until > clock_timestamp()';
const enterSql = (clock: string) => `
  insert into rollout.stage as s (flag, stage, since, shadow, primary_core, held, entered_clock)
  values ($1, $2, $3, $4, $5, $6, ${clock})
  on conflict (flag) do update set stage = excluded.stage, since = excluded.since, shadow = excluded.shadow,
    primary_core = excluded.primary_core, held = excluded.held, entered_clock = excluded.entered_clock,
    before_stage = s.stage, before_since = s.since`;
const APPROVE =
  'insert into rollout.approval (flag, since, plan_hash, approver) values ($1, $2, $3, $4) on conflict do nothing';
const APPEND = 'select seq, hash from rollout.append_decision($1, $2)';
const HOLD_LEASE = `
  insert into rollout.lease as l (flag, holder, until)
  values ($1, $2, clock_timestamp() + make_interval(secs => $3::double precision / 1000))
  on conflict (flag) do update set holder = excluded.holder, until = excluded.until
    where l.holder = excluded.holder or l.until < clock_timestamp()
  returning true`;
const RELEASE_LEASE = `update rollout.lease set until = '-infinity' where flag = $1 and holder = $2`;
const READ_DECISIONS = `
  select flag, seq, at, db_user as "dbUser", body, previous_hash as "previousHash", hash
    from rollout.decision where flag = $1 and seq > $2 order by seq limit $3`;
/** Runs every second, so it writes nothing while all records are sent. */
const RESERVE_SENDING = `
  insert into rollout.told as t (flag, seq, teller, until)
  select $1, 0, $2, clock_timestamp() + make_interval(secs => $3::double precision / 1000)
   where exists (select from rollout.decision d where d.flag = $1
                    and d.seq > coalesce((select seq from rollout.told where flag = $1), 0))
  on conflict (flag) do update set teller = excluded.teller, until = excluded.until
    where t.teller = excluded.teller or t.until < clock_timestamp()
  returning seq`;
const MARK_SENT = `
  update rollout.told set seq = greatest(seq, $3), until = '-infinity' where flag = $1 and teller = $2`;
