import type { Evidence, Verdict, VerdictCounts } from '@core-exit/rollout';
import type pg from 'pg';
import type { CoreName } from '../operation.ts';
import type { EncryptedRequest } from '../verdict/stored-request.ts';
import { inTransaction } from './database.ts';
import { quantile } from './latency-bucket.ts';
import { noVerdicts } from './tally.ts';

type Stratum = Evidence['strata'][number];
type Histogram = [number, number][];
/** `bucketed`: the times are rounded up (latency-bucket.ts), which the gate takes into account. */
type CoreLatency = { n: number; histogram: Histogram; bucketed: true };

/** Verdict counts of the stays in a stage that began at `since` or later. The first item (key null) is the total. */
export async function readStrata(pool: pg.Pool, stage: string, since: string): Promise<Stratum[]> {
  const { rows } = await pool.query<{ stratum: Record<string, string>; verdict: Verdict; n: string }>(
    `select stratum, verdict, sum(n) as n from comparator.verdict_count
      where stage = $1 and entered_at >= $2 group by stratum, verdict order by stratum`,
    [stage, since],
  );
  const all = noVerdicts();
  const strata = new Map<string, Stratum>();
  for (const { stratum, verdict, n } of rows) {
    const name = JSON.stringify(stratum);
    const known = strata.get(name) ?? { key: stratum, verdicts: noVerdicts() };
    known.verdicts[verdict] += Number(n);
    all[verdict] += Number(n);
    strata.set(name, known);
  }
  return [{ key: null, verdicts: all }, ...strata.values()];
}

/** Times of both cores, both roles together, in the stays in a stage that began at `since` or later. */
export async function readLatency(
  pool: pg.Pool,
  stage: string,
  since: string,
): Promise<{ legacy: CoreLatency; new: CoreLatency }> {
  const { rows } = await pool.query<{ core: 'legacy' | 'new'; ms: string; n: string }>(
    `select core, ms, sum(n) as n from comparator.latency_count
      where stage = $1 and entered_at >= $2 group by core, ms order by core, ms`,
    [stage, since],
  );
  const of = (core: string): CoreLatency => {
    const histogram: Histogram = rows
      .filter((row) => row.core === core)
      .map(({ ms, n }) => [Number(ms), Number(n)]);
    return { n: histogram.reduce((sum, [, n]) => sum + n, 0), histogram, bucketed: true };
  };
  return { legacy: of('legacy'), new: of('new') };
}

type StageTotals = {
  stage: string;
  since: string;
  requests: number;
  primary: { legacy: number; new: number };
  verdicts: VerdictCounts;
  latencyMs: Record<CoreName, { p50: number | null; p99: number | null }>;
};

/** Requests and verdicts of all gateways since the start. `abandoned`: requests of other processes without a verdict. */
type Totals = { requests: number; settled: number; abandoned: number; stages: StageTotals[] };

/** All totals at one moment, so `settled` is the sum of all verdicts. Stages are in the order of their start. */
export async function readTotals(pool: pg.Pool, ownRunId: string): Promise<Totals> {
  return inTransaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read, read only');
    const runs = await client.query<{ requests: string; settled: string; abandoned: string }>(
      `select coalesce(sum(requests), 0) as requests, coalesce(sum(settled), 0) as settled,
              coalesce(sum(requests - settled) filter (where run_id <> $1), 0) as abandoned
         from comparator.gateway_run`,
      [ownRunId],
    );
    const verdicts = await client.query<VerdictRow>(
      `select stage, entered_at as since, primary_core as primary, verdict, sum(n) as n
         from comparator.verdict_count group by stage, entered_at, primary_core, verdict order by entered_at, stage`,
    );
    const latencies = await client.query<LatencyRow>(
      `select stage, entered_at as since, core, ms, sum(n) as n
         from comparator.latency_count group by stage, entered_at, core, ms`,
    );
    const [row] = runs.rows;
    return {
      requests: Number(row?.requests ?? 0),
      settled: Number(row?.settled ?? 0),
      abandoned: Number(row?.abandoned ?? 0),
      stages: stageTotals(verdicts.rows, latencies.rows),
    };
  });
}

type VerdictRow = { stage: string; since: Date; primary: CoreName; verdict: Verdict; n: string };
type LatencyRow = { stage: string; since: Date; core: CoreName; ms: string; n: string };

function stageTotals(verdicts: VerdictRow[], latencies: LatencyRow[]): StageTotals[] {
  const nameOf = (row: { stage: string; since: Date }) => `${row.stage} ${row.since.toISOString()}`;
  const stages = new Map<string, StageTotals>();
  for (const row of verdicts) {
    const name = nameOf(row);
    const quantiles = (core: CoreName) => {
      const own = latencies.filter((l) => l.core === core && nameOf(l) === name);
      const histogram = own.map(({ ms, n }): [number, number] => [Number(ms), Number(n)]);
      return { p50: quantile(histogram, 0.5), p99: quantile(histogram, 0.99) };
    };
    const totals: StageTotals = stages.get(name) ?? {
      stage: row.stage,
      since: row.since.toISOString(),
      requests: 0,
      primary: { legacy: 0, new: 0 },
      verdicts: noVerdicts(),
      latencyMs: { legacy: quantiles('legacy'), new: quantiles('new') },
    };
    totals.requests += Number(row.n);
    totals.primary[row.primary] += Number(row.n);
    totals.verdicts[row.verdict] += Number(row.n);
    stages.set(name, totals);
  }
  return [...stages.values()];
}

export async function readComparison(pool: pg.Pool, id: string): Promise<object | null> {
  const { rows } = await pool.query<{ body: object }>(
    `select json_build_object('id', id, 'at', at, 'operation', operation, 'stage', stage, 'since', entered_at,
              'stratum', stratum, 'primaryCore', primary_core, 'verdict', verdict, 'signature', signature_id,
              'traceId', trace_id, 'basis', basis, 'primaryVersion', primary_version, 'shadowVersion', shadow_version,
              'rulesVersion', rules_version, 'detail', detail) as body
       from comparator.comparison where id = $1`,
    [id],
  );
  return rows[0]?.body ?? null;
}

export type EncryptedCase = {
  encryptedRequest: EncryptedRequest | null;
  verdict: string;
  signature: string | null;
};

/** The encrypted request of a case, with its verdict and signature; null: there is no such case. */
export async function readEncryptedRequest(pool: pg.Pool, id: string): Promise<EncryptedCase | null> {
  const { rows } = await pool.query<EncryptedCase>(
    `select sealed as "encryptedRequest", verdict, signature_id as signature
       from comparator.comparison where id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** Which comparisons to list; null: all of them. */
export type ComparisonFilter = { signature: string | null; verdict: string | null; limit: number };

/** The newest comparisons first, without their details. */
export async function readComparisons(
  pool: pg.Pool,
  { signature, verdict, limit }: ComparisonFilter,
): Promise<object[]> {
  const { rows } = await pool.query<{ body: object }>(
    `select json_build_object('id', id, 'at', at, 'operation', operation, 'stage', stage, 'verdict', verdict,
              'signature', signature_id) as body
       from comparator.comparison
      where ($1::text is null or signature_id = $1) and ($2::text is null or verdict = $2)
      order by at desc limit $3`,
    [signature, verdict, limit],
  );
  return rows.map((row) => row.body);
}

/** As many as an operator can read on a page. */
const MAX_SIGNATURES = 200;

export async function readSignatures(pool: pg.Pool): Promise<object[]> {
  const { rows } = await pool.query<{ body: object }>(
    `select json_build_object('signature', id, 'operation', operation, 'parts', parts, 'state', state, 'owner', owner,
              'note', note, 'expectedUntil', expected_until, 'count', count, 'firstSeenAt', first_seen_at, 'lastSeenAt', last_seen_at, 'comparison', first_comparison) as body
       from comparator.signature order by last_seen_at desc limit $1`,
    [MAX_SIGNATURES],
  );
  return rows.map((row) => row.body);
}

/** Messages that Slack has not accepted yet. */
export async function countUnsentAlerts(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(
    'select count(*)::integer as n from comparator.alert where sent_at is null',
  );
  return rows[0]?.n ?? 0;
}

/** For each signature, how often it was seen and how many of its messages were sent to Slack. */
export async function readAlerts(pool: pg.Pool): Promise<object[]> {
  const { rows } = await pool.query<{ body: object }>(
    `select json_build_object('signature', s.id, 'operation', s.operation, 'parts', s.parts, 'count', s.count,
              'slackMessages', count(a.sent_at), 'waiting', count(*) filter (where a.id is not null and a.sent_at is null),
              'firstSeenAt', s.first_seen_at, 'firstSentAt', min(a.sent_at)) as body
       from comparator.signature s left join comparator.alert a on a.signature_id = s.id
      group by s.id order by s.first_seen_at, s.id limit $1`,
    [MAX_SIGNATURES],
  );
  return rows.map((row) => row.body);
}
