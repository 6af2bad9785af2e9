import { query } from '@core-exit/local-stack/bench';
import { range, table } from './figures.ts';
import { startBenchBank } from './payout/bank.ts';
import { startInstance } from './payout/rungs.ts';
import { wrk } from './payout/wrk.ts';
import { residentMb } from './process-usage.ts';

const ACCOUNTS = 25_000;
const PAYOUTS = 200_000;
const TARGET_MB = 200;
const BURST_SECONDS = 10;
/** Greatest allowed growth between the middle and the end of the run; more is a leak. */
const FLAT_MB = 20;

/** Resident memory of one instance while it makes 200,000 payouts. */
export async function benchPayoutMemory(): Promise<boolean> {
  const bank = await startBenchBank(ACCOUNTS);
  try {
    const service = await startInstance(bank, 'memory');
    const seen: { payouts: number; mb: number }[] = [{ payouts: 0, mb: Math.round(residentMb(service.pid)) }];
    let notOk = 0;
    for (let run = 1, payouts = 0; payouts < PAYOUTS; run += 1) {
      await bank.nextDay();
      const burst = await wrk(bank, service.url, { seconds: BURST_SECONDS, connections: 16, round: run });
      notOk += burst.notOk;
      payouts = await receipts(bank.ownerUrl);
      seen.push({ payouts, mb: Math.round(residentMb(service.pid)) });
      process.stderr.write(`${payouts.toLocaleString('en')} payouts, ${seen.at(-1)?.mb} MB\n`);
    }
    const rows = seen.map(({ payouts, mb }) => [payouts.toLocaleString('en'), `${mb} MB`]);
    process.stdout.write(`${table(['payouts so far', 'resident'], rows)}\n`);
    const late = seen.slice(Math.floor(seen.length / 2)).map(({ mb }) => mb);
    const isFlat = Math.max(...late) - Math.min(...late) <= FLAT_MB;
    const isSmall = Math.max(...seen.map(({ mb }) => mb)) < TARGET_MB;
    process.stdout.write(
      `${isFlat && isSmall ? 'reached' : 'MISSED'}: ${range(late, 0)} MB in the second half; target: under ${TARGET_MB} MB and flat\n`,
    );
    if (notOk > 0) process.stdout.write(`WRONG: ${notOk} answers were not 2xx\n`);
    return notOk === 0;
  } finally {
    await bank.run.close();
  }
}

async function receipts(url: string): Promise<number> {
  const [row] = await query<{ n: number }>(url, 'select count(*)::int as n from core.interest_payout');
  return row?.n ?? 0;
}
