import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { checkInvariants, databaseUrl, query, violationText } from '@core-exit/local-stack/bench';
import pg from 'pg';
import { median, range, table } from './figures.ts';
import { type BenchBank, postmaster, startBenchBank } from './payout/bank.ts';
import { cpuUsOfTree } from './process-usage.ts';

const ACCOUNTS = 2_000;
const ROUNDS = 5;
/** Pause between the deposits of another channel, whose latency shows what the batch costs a customer at a branch. */
const PAUSE_MS = 5;

const run = promisify(execFile);

type Rung = { name: string; runners: number; chunk: number };
const RUNGS: readonly Rung[] = [
  { name: 'one runner, a chunk of 200', runners: 1, chunk: 200 },
  { name: 'two runners, chunks of 200', runners: 2, chunk: 200 },
  { name: 'one runner, a chunk of 1,000', runners: 1, chunk: 1_000 },
  { name: 'one runner, chunks of 20', runners: 1, chunk: 20 },
];

type Sample = { perSecond: number; runnerCpuUs: number; databaseCpuUs: number; p50: number; p99: number };

/**
 * Accounts per second of scheduled capitalisation, CPU per account (that of the database contains the deposits), and the
 * latency of deposits at the same time. Returns whether every result was right.
 */
export async function benchCapitalise(): Promise<boolean> {
  const bank = await startBenchBank(ACCOUNTS);
  try {
    const samples = new Map<string, Sample[]>(RUNGS.map(({ name }) => [name, []]));
    const wrong: string[] = [];
    const alone = await deposits(bank, async () => await new Promise((done) => setTimeout(done, 3_000)));
    for (let round = 1; round <= ROUNDS; round += 1) {
      for (const rung of RUNGS) {
        const sample = await measured(bank, rung, wrong);
        samples.get(rung.name)?.push(sample);
        process.stderr.write(`round ${round}, ${rung.name}: ${sample.perSecond.toFixed(0)} accounts/s\n`);
      }
    }
    wrong.push(...(await checkInvariants(bank.ownerUrl)).map(violationText));
    const rows = [...samples].map(([name, of]) => [
      name,
      ...figures(
        of.map(({ perSecond }) => perSecond),
        0,
      ),
      ...figures(
        of.map(({ runnerCpuUs }) => runnerCpuUs),
        0,
      ),
      ...figures(
        of.map(({ databaseCpuUs }) => databaseCpuUs),
        0,
      ),
      ...figures(
        of.map(({ p50 }) => p50),
        1,
      ),
      ...figures(
        of.map(({ p99 }) => p99),
        1,
      ),
    ]);
    const head = [
      '',
      'accounts/s',
      'range',
      'runner CPU us',
      'range',
      'database CPU us',
      'range',
      'deposit p50 ms',
      'range',
      'deposit p99 ms',
      'range',
    ];
    process.stdout.write(
      `${table(head, rows)}\n\ndeposits without a batch: p50 ${alone.p50.toFixed(1)} ms, p99 ${alone.p99.toFixed(1)} ms\n`,
    );
    for (const line of wrong) process.stdout.write(`WRONG: ${line}\n`);
    return wrong.length === 0;
  } finally {
    await bank.run.close();
  }
}

const figures = (values: number[], digits: number): [string, string] => [
  median(values).toFixed(digits),
  range(values, digits),
];

async function measured(bank: BenchBank, { name, runners, chunk }: Rung, wrong: string[]): Promise<Sample> {
  await bank.nextDay();
  await query(
    bank.ownerUrl,
    'update core.product_terms set capitalisation_day = extract(day from core.business_date())::int',
  );
  const pid = await postmaster(bank);
  const before = cpuUsOfTree(pid);
  let perSecond = 0;
  let runnerCpuUs = 0;
  const waits = await deposits(bank, async () => {
    const reports = await Promise.all(Array.from({ length: runners }, () => capitalise(bank, chunk)));
    const seconds = Math.max(...reports.map(({ thisRunner }) => thisRunner.seconds));
    runnerCpuUs = (reports.reduce((sum, { thisRunner }) => sum + thisRunner.cpuSeconds, 0) * 1e6) / ACCOUNTS;
    perSecond = reports.reduce((sum, { thisRunner }) => sum + thisRunner.accounts, 0) / seconds;
    if (reports.some(({ paid, left }) => paid !== ACCOUNTS || left !== 0)) {
      wrong.push(`${name}: ${JSON.stringify(reports)}`);
    }
  });
  return { perSecond, runnerCpuUs, databaseCpuUs: (cpuUsOfTree(pid) - before) / ACCOUNTS, ...waits };
}

type CapitaliseReport = {
  paid: number;
  left: number;
  thisRunner: { accounts: number; seconds: number; cpuSeconds: number };
};

async function capitalise(bank: BenchBank, chunk: number): Promise<CapitaliseReport> {
  const args = ['interest-service/src/main.ts', 'capitalise', '--json', '--chunk', String(chunk)];
  const { stdout } = await run(process.execPath, args, { env: { DATABASE_URL: bank.serviceUrl } });
  return JSON.parse(stdout) as CapitaliseReport;
}

/** Deposits on random accounts, one after the other, until `meanwhile` is done. */
async function deposits(
  bank: BenchBank,
  meanwhile: () => Promise<void>,
): Promise<{ p50: number; p99: number }> {
  const channel = new pg.Client({ connectionString: databaseUrl(bank.ownerUrl, { role: 'channel' }) });
  await channel.connect();
  const { rows } = await channel.query<{ account_no: string }>('select account_no from core.account');
  const waits: number[] = [];
  let isOver = false;
  const depositing = (async () => {
    while (!isOver) {
      const account = rows[Math.floor(Math.random() * rows.length)]?.account_no;
      const began = performance.now();
      await channel.query('select core.post_movement($1, 1000, null, $2, null)', [account, 'ATM']);
      waits.push(performance.now() - began);
      await new Promise((done) => setTimeout(done, PAUSE_MS));
    }
  })();
  await meanwhile();
  isOver = true;
  await depositing;
  await channel.end();
  const sorted = waits.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}
