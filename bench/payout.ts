import { checkInvariants, query, violationText } from '@core-exit/local-stack/bench';
import { median, range, table } from './figures.ts';
import { type BenchBank, postmaster, startBenchBank } from './payout/bank.ts';
import { hotAccount, tailLatency } from './payout/one-service.ts';
import { type Rung, type RungResult, startRungs } from './payout/rungs.ts';
import { cpuUsOfTree } from './process-usage.ts';

const ACCOUNTS = 40_000;
const ROUNDS = 5;
const SECONDS = 3;
/** The full service must reach this share of pgbench with the same statements, on the same machine. */
const TARGET = 0.6;
const LIMIT = 'pgbench, the same statements';
const FULL = 'full service';

type Sample = RungResult & { databaseCpuUs: number };

/** Measures the cost of each layer between a customer and the database. Returns whether every result was right. */
export async function benchPayout(): Promise<boolean> {
  const bank = await startBenchBank(ACCOUNTS);
  try {
    const { rungs, services } = await startRungs(bank);
    const samples = new Map<string, Sample[]>(rungs.map(({ name }) => [name, []]));
    const wrong: string[] = [];
    for (const rung of rungs) await measured(bank, rung, wrong); // warms everything up; not counted
    for (let round = 1; round <= ROUNDS; round += 1) {
      for (const rung of rungs) samples.get(rung.name)?.push(await measured(bank, rung, wrong));
      process.stderr.write(`round ${round} of ${ROUNDS}\n`);
    }
    report(samples);
    const [service] = services;
    if (service === undefined) throw new Error('no service');
    await hotAccount(bank, service, nextRun);
    wrong.push(...(await tailLatency(bank, service, nextRun)));
    wrong.push(...(await checkInvariants(bank.ownerUrl)).map(violationText));
    for (const line of wrong) process.stdout.write(`WRONG: ${line}\n`);
    return wrong.length === 0;
  } finally {
    await bank.run.close();
  }
}

let runs = 0;
/** An idempotency key is used once. */
const nextRun = (): number => (runs += 1);

async function measured(bank: BenchBank, rung: Rung, wrong: string[]): Promise<Sample> {
  await bank.nextDay();
  const pid = await postmaster(bank);
  const before = cpuUsOfTree(pid);
  const result = await rung.run(SECONDS, nextRun());
  const databaseCpuUs = cpuUsOfTree(pid) - before;
  if (result.notOk > 0) wrong.push(`${rung.name}: ${result.notOk} answers were not 2xx`);
  if (rung.pays) wrong.push(...(await checkDay(bank, rung.name, result.done)));
  return { ...result, databaseCpuUs };
}

/** The books of the day must have each payout that the run counted, or more, because some end after the run. */
async function checkDay(bank: BenchBank, name: string, counted: number): Promise<string[]> {
  const [row] = await query<{ receipts: number; events: number; unbalanced: number; wrong_heads: number }>(
    bank.ownerUrl,
    `with today as (select * from core.interest_payout where business_date = core.business_date())
     select (select count(*)::int from today) as receipts,
            (select count(*)::int from today join interest.outbox using (payout_id)) as events,
            (select count(*)::int from (select from today t join core.posting p using (account_no, seq)
               group by t.account_no, t.seq having sum(p.amount) <> 0
                  or sum(p.amount) filter (where p.gl_code = 'CUSTOMER_DEPOSIT') <> -max(t.net)) u) as unbalanced,
            (select count(*)::int from today t join core.account a using (account_no)
              where a.balance <> t.balance_after or a.last_seq <> t.seq
                 or a.balance <> (select sum(e.amount) from core.account_txn e where e.account_no = a.account_no)
            ) as wrong_heads`,
  );
  if (row === undefined) return [`${name}: the books gave no answer`];
  const faults = [
    row.receipts < counted && `${counted} payouts were counted, the books have ${row.receipts}`,
    row.events !== row.receipts && `${row.receipts} receipts, ${row.events} events`,
    row.unbalanced > 0 && `${row.unbalanced} entries do not balance`,
    row.wrong_heads > 0 && `${row.wrong_heads} heads are not the sum of their entries`,
  ];
  return faults.filter((fault) => fault !== false).map((fault) => `${name}: ${fault}`);
}

function report(samples: Map<string, Sample[]>): void {
  const perSecond = (name: string) => (samples.get(name) ?? []).map(({ done, seconds }) => done / seconds);
  const limit = median(perSecond(LIMIT));
  const rows = [...samples].map(([name, of]) => [
    name,
    Math.round(median(perSecond(name))).toLocaleString('en'),
    range(perSecond(name), 0),
    (median(perSecond(name)) / limit).toFixed(2),
    Math.round(median(of.map((s) => s.serviceCpuUs / s.done))).toString(),
    Math.round(median(of.map((s) => s.databaseCpuUs / s.done))).toString(),
  ]);
  const head = ['payouts a second', 'median', 'range', 'of pgbench', 'µs CPU service', 'µs CPU database'];
  process.stdout.write(`${table(head, rows)}\n`);
  const share = median(perSecond(FULL)) / limit;
  process.stdout.write(
    `${share >= TARGET ? 'reached' : 'MISSED'}: the full service does ${share.toFixed(2)} of pgbench, target ${TARGET}\n`,
  );
}
