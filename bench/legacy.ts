import { readFileSync } from 'node:fs';
import { databaseUrl, query, type Service, startService } from '@core-exit/local-stack/bench';
import { median, range, table } from './figures.ts';
import { type CountingProxy, countingProxy } from './legacy/counting-proxy.ts';
import { type BenchBank, startBenchBank } from './payout/bank.ts';

const ROUNDS = 5;
const PAYOUTS_A_ROUND = 60;
const ACCOUNTS = PAYOUTS_A_ROUND;

/** One core with its proxies, and its roles in the database. */
type CoreUnderTest = { name: string; url: string; roles: string[]; proxies: CountingProxy[] };
type Sample = {
  statements: number;
  writingStatements: number;
  roundTrips: number;
  p50Ms: number;
  p99Ms: number;
};

/** Compares the database work of one legacy payout and one new payout, on the same machine in the same run. */
export async function benchLegacy(): Promise<boolean> {
  const bank = await startBenchBank(ACCOUNTS);
  const proxies: CountingProxy[] = [];
  try {
    await query(bank.ownerUrl, `alter system set pg_stat_statements.track = 'all'`);
    await query(bank.ownerUrl, 'select pg_reload_conf()');
    const cores = [await startLegacy(bank, proxies), await startNew(bank, proxies)];
    const samples = new Map<string, Sample[]>(cores.map(({ name }) => [name, []]));
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const core of cores) {
        await bank.nextDay();
        const sample = await measured(bank, core, round);
        if (round > 0) samples.get(core.name)?.push(sample); // the first round is a warm-up
      }
    }
    const writes: Writes[] = [];
    for (const core of cores) writes.push(await writesOf(bank, core));
    report(samples, writes);
    return await booksHold(bank, (ROUNDS + 2) * cores.length * PAYOUTS_A_ROUND);
  } finally {
    for (const proxy of proxies) proxy.stop();
    await bank.run.close();
  }
}

async function startLegacy(bank: BenchBank, proxies: CountingProxy[]): Promise<CoreUnderTest> {
  const roles = ['legacy_core', 'legacy_adapter'];
  const [core, outcomes] = await Promise.all(
    roles.map((role) => countingProxy(databaseUrl(bank.ownerUrl, { role }))),
  );
  if (core === undefined || outcomes === undefined) throw new Error('no proxies');
  proxies.push(core, outcomes);
  const legacyCore = await startService(bank.run, {
    name: 'legacy-core',
    program: ['legacy-core-adapter/legacy-core/main.ts', 'serve'],
    ready: 'tcp',
    env: { DATABASE_URL: core.url, LOG_LEVEL: 'warn' },
  });
  const adapter = await startService(bank.run, {
    name: 'legacy-adapter',
    program: ['legacy-core-adapter/src/main.ts', 'serve'],
    env: {
      DATABASE_URL: outcomes.url,
      LEGACY_CORE_HOST: '127.0.0.1',
      LEGACY_CORE_PORT: String(legacyCore.port),
      AUTH_JWKS: bank.jwks,
      LOG_LEVEL: 'warn',
    },
  });
  return { name: 'legacy core, behind its adapter', url: adapter.url, roles, proxies: [core, outcomes] };
}

async function startNew(bank: BenchBank, proxies: CountingProxy[]): Promise<CoreUnderTest> {
  const proxy = await countingProxy(bank.serviceUrl);
  proxies.push(proxy);
  const service: Service = await startService(bank.run, {
    name: 'interest-service',
    program: ['interest-service/src/main.ts', 'serve'],
    env: { DATABASE_URL: proxy.url, REDIS_URL: bank.redisUrl, AUTH_JWKS: bank.jwks, LOG_LEVEL: 'warn' },
  });
  return { name: 'new core', url: service.url, roles: ['interest_service'], proxies: [proxy] };
}

/** Pays each account once, one after the other. */
async function measured(bank: BenchBank, core: CoreUnderTest, round: number): Promise<Sample> {
  await query(bank.ownerUrl, 'select pg_stat_statements_reset()');
  const trips = (): number => core.proxies.reduce((sum, proxy) => sum + proxy.roundTrips(), 0);
  const tripsBefore = trips();
  const ms: number[] = [];
  for (const line of readFileSync(bank.accountsFile, 'utf8').trimEnd().split('\n')) {
    const [accountNo = '', token = ''] = line.split(' ');
    const started = performance.now();
    const response = await fetch(`${core.url}/v1/accounts/${accountNo}/interest-payouts`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'idempotency-key': `bench-${round}-${core.roles[0]}-${accountNo}`,
      },
    });
    await response.arrayBuffer();
    ms.push(performance.now() - started);
    if (response.status !== 201) throw new Error(`${core.name} answered ${response.status}`);
  }
  const roundTrips = trips() - tripsBefore;
  const [statements] = await query<{ all: number; writing: number }>(
    bank.ownerUrl,
    `select coalesce(sum(calls), 0)::int as all,
            coalesce(sum(calls) filter (where query ~* '^\\s*(with .*)?(insert|update|delete)'), 0)::int as writing
       from pg_stat_statements s join pg_roles r on r.oid = s.userid where r.rolname = any (string_to_array($1, ','))`,
    [core.roles.join()],
  );
  ms.sort((a, b) => a - b);
  return {
    statements: (statements?.all ?? 0) / PAYOUTS_A_ROUND,
    writingStatements: (statements?.writing ?? 0) / PAYOUTS_A_ROUND,
    roundTrips: roundTrips / PAYOUTS_A_ROUND,
    p50Ms: ms[Math.floor(ms.length / 2)] ?? Number.NaN,
    p99Ms: ms[Math.floor(ms.length * 0.99)] ?? Number.NaN,
  };
}

type Writes = { rows: number; tables: number; own: number };

/** Rows that one payout writes, the number of tables, and how many rows are in the core's own schemas. */
async function writesOf(bank: BenchBank, core: CoreUnderTest): Promise<Writes> {
  await bank.nextDay();
  const before = await written(bank);
  await measured(bank, core, ROUNDS + 1);
  const counts = [...(await written(bank))].map(([name, n]) => ({
    name,
    n: (n - (before.get(name) ?? 0)) / PAYOUTS_A_ROUND,
  }));
  const sum = (of: typeof counts): number => of.reduce((total, { n }) => total + n, 0);
  return {
    rows: sum(counts),
    tables: counts.filter(({ n }) => n >= 0.5).length,
    own: sum(counts.filter(({ name }) => /^(legacy|interest)\./.test(name))),
  };
}

/** An idle backend reports its writes after ten seconds at the latest. */
const REPORTED_WITHIN_MS = 11_000;

/** Rows inserted, updated and deleted so far, by table. */
async function written(bank: BenchBank): Promise<Map<string, number>> {
  await new Promise((resolve) => setTimeout(resolve, REPORTED_WITHIN_MS));
  const rows = await query<{ name: string; n: number }>(
    bank.ownerUrl,
    `select schemaname || '.' || relname as name, (n_tup_ins + n_tup_upd + n_tup_del)::int as n from pg_stat_user_tables
      where schemaname in ('core', 'legacy', 'interest', 'adapter') and relname <> 'bank_clock'`,
  );
  return new Map(rows.map(({ name, n }) => [name, n]));
}

async function booksHold(bank: BenchBank, payouts: number): Promise<boolean> {
  const [books] = await query<{ receipts: number; unbalanced: string }>(
    bank.ownerUrl,
    `select (select count(*)::int from core.interest_payout) as receipts,
            (select coalesce(sum(amount), 0)::text from core.posting) as unbalanced`,
  );
  const holds = books?.receipts === payouts && books.unbalanced === '0';
  if (!holds)
    process.stdout.write(`WRONG: ${JSON.stringify(books)} instead of ${payouts} receipts that balance\n`);
  return holds;
}

function report(samples: ReadonlyMap<string, Sample[]>, writes: readonly Writes[]): void {
  const rows = [...samples].map(([name, found], i) => {
    const of = (what: keyof Sample): number[] => found.map((sample) => sample[what]);
    const mid = (what: keyof Sample, digits = 0): string => median(of(what)).toFixed(digits);
    return [
      name,
      mid('statements'),
      mid('writingStatements'),
      (writes[i]?.rows ?? Number.NaN).toFixed(0),
      (writes[i]?.own ?? Number.NaN).toFixed(0),
      String(writes[i]?.tables),
      mid('roundTrips', 1),
      `${mid('p50Ms', 1)} ms`,
      range(of('p50Ms'), 1),
      `${mid('p99Ms', 1)} ms`,
    ];
  });
  const head = [
    'one payout',
    'statements',
    'that write',
    'row writes',
    'tables',
    'round trips',
    'p50',
    'range',
    'p99',
  ];
  process.stdout.write(`${table(head, rows)}\n`);
}
