import type pg from 'pg';
import { type Batch, type KeptCase, type SeenSignature, stratumText } from './batch.ts';
import { storable } from './storable.ts';

/** Identifies a batch of a process, with the totals of that process up to the batch. */
export type BatchStamp = {
  runId: string;
  startedAt: Date;
  number: number;
  requests: number;
  settled: number;
};

/** Why an alert is sent: a new signature, a signature that was closed and is seen again, or too many new signatures. */
export type AlertCause =
  | { kind: 'first-sight'; seen: SeenSignature }
  | { kind: 'reopened'; seen: SeenSignature; was: ClosedState }
  | { kind: 'storm'; more: number };

/** How a signature was closed before it was seen again: as fixed, or as expected until a day (YYYY-MM-DD). */
export type ClosedState = { state: 'fixed' } | { state: 'expected'; until: string };

/** Builds the message of an alert. */
export type AlertMessageOf = (cause: AlertCause) => object;

/** Alerts of new signatures in one minute. Further new signatures are a storm, which is one message. */
const MAX_FIRST_SIGHTS_A_MINUTE = 10;

/** `missing`: count of the batches of this run that never arrived before this one; their verdicts are lost. */
export type Written = { alerts: number; missing: number };

/**
 * Writes a batch in the caller's transaction: counts, cases, signatures, and an alert for each signature that is new or
 * was closed. A second write of the same batch number does nothing.
 */
export async function writeBatch(
  client: pg.ClientBase,
  stamp: BatchStamp,
  batch: Batch,
  message: AlertMessageOf,
): Promise<Written> {
  const missing = await passFence(client, stamp);
  if (missing === null) return { alerts: 0, missing: 0 };
  await addVerdicts(client, batch);
  await addLatencies(client, batch);
  const causes = await addSignatures(client, [...batch.signatures.values()]);
  await addCases(client, batch);
  return { alerts: await addAlerts(client, causes, message), missing };
}

/** Null if this batch or a later one is already written, else the count of missing batches before this one. */
async function passFence(client: pg.ClientBase, stamp: BatchStamp): Promise<number | null> {
  const { rows } = await client.query<{ before: string | null }>(
    `with known as (select last_batch from comparator.gateway_run where run_id = $1)
     insert into comparator.gateway_run as run (run_id, started_at, seen_at, last_batch, requests, settled)
     values ($1, $2, now(), $3, $4, $5)
     on conflict (run_id) do update
        set seen_at = now(), last_batch = excluded.last_batch, requests = excluded.requests, settled = excluded.settled
      where run.last_batch < excluded.last_batch
     returning (select last_batch from known) as before`,
    [stamp.runId, stamp.startedAt, stamp.number, stamp.requests, stamp.settled],
  );
  const [passed] = rows;
  return passed === undefined ? null : stamp.number - Number(passed.before ?? 0) - 1;
}

/** Rows are written in the order of their keys, so that two gateways never have a deadlock. */
function inOrder<T>(items: Iterable<[string, T]>): T[] {
  return [...items].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}

async function addVerdicts(client: pg.ClientBase, batch: Batch): Promise<void> {
  const rows = inOrder(batch.verdicts);
  const column = <K extends keyof (typeof rows)[number]['key']>(name: K) => rows.map(({ key }) => key[name]);
  await client.query(
    `insert into comparator.verdict_count as counted
            (stage, entered_at, operation, stratum, primary_core, verdict, minute, n)
     select * from unnest($1::text[], $2::timestamptz[], $3::text[], $4::jsonb[], $5::text[], $6::text[],
                          $2::timestamptz[], $7::bigint[]) -- minute: 004_one_row_a_cell.sql
     on conflict (stage, entered_at, operation, stratum, primary_core, verdict, minute)
     do update set n = counted.n + excluded.n`,
    [
      column('stage'),
      column('since'),
      column('operation'),
      column('stratum'),
      column('primary'),
      column('verdict'),
      rows.map(({ n }) => n),
    ],
  );
}

async function addLatencies(client: pg.ClientBase, batch: Batch): Promise<void> {
  const rows = inOrder(batch.latencies);
  const column = <K extends keyof (typeof rows)[number]['key']>(name: K) => rows.map(({ key }) => key[name]);
  await client.query(
    `insert into comparator.latency_count as counted (stage, entered_at, operation, core, role, ms, n)
     select * from unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::numeric[], $7::bigint[])
     on conflict (stage, entered_at, operation, core, role, ms) do update set n = counted.n + excluded.n`,
    [
      column('stage'),
      column('since'),
      column('operation'),
      column('core'),
      column('role'),
      column('ms'),
      rows.map(({ n }) => n),
    ],
  );
}

/** Returns the causes of alerts. If two gateways see a signature at the same time, only one of them gets the cause. */
async function addSignatures(client: pg.ClientBase, seen: SeenSignature[]): Promise<AlertCause[]> {
  if (seen.length === 0) return [];
  const rows = seen.toSorted((a, b) => (a.signature.id < b.signature.id ? -1 : 1));
  const back = await reopen(
    client,
    rows.map((row) => row.signature.id),
  );
  const result = await client.query<{ id: string; is_new: boolean }>(
    `insert into comparator.signature as known
            (id, operation, parts, count, first_seen_at, last_seen_at, first_comparison, told_count, told_at)
     select id, operation, parts, n, first_at, last_at, first_comparison, n, now()
       from unnest($1::text[], $2::text[], $3::jsonb[], $4::bigint[], $5::timestamptz[], $6::timestamptz[], $7::text[])
         as seen(id, operation, parts, n, first_at, last_at, first_comparison)
     on conflict (id) do update
        set count = known.count + excluded.count, last_seen_at = greatest(known.last_seen_at, excluded.last_seen_at)
     returning id, (xmax = 0) as is_new`,
    [
      rows.map((row) => row.signature.id),
      rows.map((row) => row.signature.operation),
      rows.map((row) => JSON.stringify(row.signature.parts.map(storable))),
      rows.map((row) => row.n),
      rows.map((row) => row.first.observation.at),
      rows.map((row) => row.lastAt),
      rows.map((row) => row.first.record.id),
    ],
  );
  const fresh = new Set(result.rows.filter((row) => row.is_new).map((row) => row.id));
  return rows.flatMap((row): AlertCause[] => {
    if (fresh.has(row.signature.id)) return [{ kind: 'first-sight', seen: row }];
    const was = back.get(row.signature.id);
    return was === undefined ? [] : [{ kind: 'reopened', seen: row, was }];
  });
}

/** Reopens the signatures that were fixed, or expected until a day that has passed, and returns how they were closed. */
async function reopen(
  client: pg.ClientBase,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ClosedState>> {
  const { rows } = await client.query<{ id: string; until: string | null }>(
    `with due as (
       select id, state, expected_until from comparator.signature
        where id = any($1) and (state = 'fixed' or (state = 'expected' and expected_until < (now() at time zone 'UTC')::date))
        order by id for update
     ), changed as (
       update comparator.signature s
          set state = 'reopened', expected_until = null, state_changed_at = now(), state_changed_by = 'gateway'
         from due where s.id = due.id returning s.id, due.state, due.expected_until, s.owner, s.note
     ), recorded as (
       insert into comparator.signature_change (signature_id, by, from_state, to_state, owner, note)
       select id, 'gateway', state, 'reopened', owner, note from changed
     )
     select id, expected_until::text as until from changed`,
    [ids],
  );
  const closed = (until: string | null): ClosedState =>
    until === null ? { state: 'fixed' } : { state: 'expected', until };
  return new Map(rows.map(({ id, until }) => [id, closed(until)]));
}

async function addCases(client: pg.ClientBase, { cases, signatures }: Batch): Promise<void> {
  if (cases.length === 0) return;
  await client.query(
    `insert into comparator.comparison (id, at, operation, stage, entered_at, stratum, primary_core, verdict,
                                        signature_id, trace_id, detail, sealed, primary_version, shadow_version,
                                        rules_version, basis)
     select id, at, operation, stage, entered_at, stratum, primary_core, verdict, signature_id, trace_id, detail::json, sealed,
            primary_version, shadow_version, rules_version, basis
       from unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::timestamptz[], $6::jsonb[], $7::text[],
                   $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[],
                   $16::text[])
         as kept(id, at, operation, stage, entered_at, stratum, primary_core, verdict, signature_id, trace_id, detail,
                 sealed, primary_version, shadow_version, rules_version, basis)`,
    [
      cases.map(({ record }) => record.id),
      cases.map(({ observation }) => observation.at),
      cases.map(({ observation }) => observation.operation),
      cases.map(({ observation }) => observation.decision.stage),
      cases.map(({ observation }) => observation.decision.since),
      cases.map(({ observation }) => stratumText(observation.stratum)),
      cases.map(({ observation }) => observation.decision.primary),
      cases.map(({ observation }) => observation.verdict),
      // A signature above the limit of its batch has no row that a foreign key could refer to.
      cases.map(({ record }) => (signatures.has(record.signature?.id ?? '') ? record.signature?.id : null)),
      cases.map(({ record }) => record.traceId),
      cases.map(({ record }) => detailText(record)),
      cases.map(({ record }) => record.encryptedRequest),
      cases.map(({ record }) => record.primary.version),
      cases.map(({ record }) => record.shadow?.version),
      cases.map(({ record }) => record.rulesVersion),
      cases.map(({ record }) => (record.basis === null ? null : storable(record.basis))),
    ],
  );
}

function detailText({ subject, differences, more, failure, primary, shadow }: KeptCase['record']): string {
  return JSON.stringify({ subject, failure, differences, more, primary, shadow });
}

/** Returns the count of stored messages. */
async function addAlerts(
  client: pg.ClientBase,
  causes: readonly AlertCause[],
  message: AlertMessageOf,
): Promise<number> {
  if (causes.length === 0) return 0;
  const { rows } = await client.query<{ sent: number; storms: number }>(
    `select count(*) filter (where kind = 'first-sight')::integer as sent,
            count(*) filter (where kind = 'storm')::integer as storms
       from comparator.alert where created_at > now() - interval '1 minute' and kind in ('first-sight', 'storm')`,
  );
  const room = Math.max(0, MAX_FIRST_SIGHTS_A_MINUTE - (rows[0]?.sent ?? 0));
  const first = causes.filter(({ kind }) => kind === 'first-sight');
  const due = [...first.slice(0, room), ...causes.filter(({ kind }) => kind === 'reopened')];
  const more = first.length - room;
  if (more > 0 && rows[0]?.storms === 0) due.push({ kind: 'storm', more });
  for (const one of due) {
    await client.query('insert into comparator.alert (signature_id, kind, message) values ($1, $2, $3)', [
      one.kind === 'storm' ? null : one.seen.signature.id,
      one.kind,
      JSON.stringify(message(one)),
    ]);
  }
  return due.length;
}
