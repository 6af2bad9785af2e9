import { join } from 'node:path';
import { EXIT } from '@core-exit/process/exit-codes';
import { type AuditBank, startAuditBank } from './audit/bank.ts';
import { type Ended, killAfterCheckpoint, runToEnd, start } from './audit/command.ts';
import { type BenchOptions, table } from './figures.ts';

const ACCOUNTS = 100_000;
/** Few enough for one minute, and enough that an audit writes a checkpoint before its end. */
const QUICK_ACCOUNTS = 20_000;

type Audited = { clean: boolean; accounts: number; entries: string; counts: Record<string, number> };
type Row = { what: string; accounts: number; ended: Ended };

/**
 * The opening seal and a whole audit of `accounts` accounts with history, a tenth of them paid: accounts per second and
 * memory. Fails if an exit code or a result is wrong, also that of an audit that was killed and resumed.
 */
export async function benchAudit({
  isQuick,
  accounts = isQuick ? QUICK_ACCOUNTS : ACCOUNTS,
}: BenchOptions): Promise<boolean> {
  const bank = await startAuditBank(accounts, (text) => process.stderr.write(`${text}\n`));
  try {
    const rows: Row[] = [];
    const wrong: string[] = [];
    const check = (what: string, holds: boolean, ended: Ended) => {
      if (!holds) wrong.push(`${what}: exit code ${ended.code}\n${ended.out}${ended.err}`);
    };

    const seal = await runToEnd(bank.serviceUrl, ['seal', '--json']);
    rows.push({ what: 'opening seal', accounts, ended: seal });
    check('opening seal', seal.code === 0, seal);

    const whole = await runToEnd(bank.auditorUrl, ['audit', '--json']);
    rows.push({ what: 'audit of all accounts', accounts, ended: whole });
    check('audit', whole.code === 0 && isAuditOf(accounts, whole), whole);

    await resumed(bank, accounts, whole, rows, check);
    await exitCodes(bank, check);
    print(rows);
    for (const line of wrong) process.stdout.write(`WRONG: ${line}\n`);
    return wrong.length === 0;
  } finally {
    await bank.close();
  }
}

type Check = (what: string, holds: boolean, ended: Ended) => void;

/** An audit that was killed after a checkpoint resumes from there and has the same result. */
async function resumed(bank: AuditBank, accounts: number, whole: Ended, rows: Row[], check: Check) {
  const file = join(bank.directory, 'audit.resume');
  const args = ['audit', '--json', '--resume', file];
  const { killed, done } = await killAfterCheckpoint(start(bank.auditorUrl, args), file);
  check('killed', killed.code === null && done > 0 && done < accounts, killed);
  const rest = await runToEnd(bank.auditorUrl, args);
  rows.push({ what: `audit resumed after SIGKILL`, accounts: accounts - done, ended: rest });
  check('resumed', rest.code === 0 && sameBut('seconds', rest, whole), rest);
}

/** Exit codes: one head moved by a won, an invalid command line, and no database. */
async function exitCodes(bank: AuditBank, check: Check): Promise<void> {
  const moved = await bank.withOneHeadMoved(() => runToEnd(bank.auditorUrl, ['audit', '--json']));
  const counts = Object.keys(readAudit(moved).counts);
  check(
    'one head moved',
    moved.code === EXIT.found && counts.length === 1 && counts[0] === 'head-balance',
    moved,
  );
  const misspelt = await runToEnd(bank.auditorUrl, ['audit', '--at', 'yesterday']);
  check('invalid command line', misspelt.code === EXIT.badInput && misspelt.out === '', misspelt);
  const nowhere = await runToEnd('postgres://auditor@127.0.0.1:1/bank', ['audit', '--json']);
  check('no database', nowhere.code === EXIT.fault && nowhere.out === '', nowhere);
}

function readAudit({ out }: Ended): Audited {
  return out === '' ? { clean: false, accounts: 0, entries: '0', counts: {} } : (JSON.parse(out) as Audited);
}

function isAuditOf(accounts: number, ended: Ended): boolean {
  const audit = readAudit(ended);
  return audit.clean && audit.accounts === accounts;
}

function sameBut(left: string, one: Ended, other: Ended): boolean {
  const rest = (ended: Ended) => JSON.stringify({ ...readAudit(ended), [left]: null });
  return rest(one) === rest(other);
}

function print(rows: readonly Row[]): void {
  const head = ['', 'accounts', 'seconds', 'accounts/s', 'most MB'];
  process.stdout.write(
    `${table(
      head,
      rows.map(({ what, accounts, ended: { seconds, mostMb } }) => [
        what,
        accounts.toLocaleString('en'),
        seconds.toFixed(1),
        (accounts / seconds).toFixed(0),
        mostMb.toFixed(0),
      ]),
    )}\n`,
  );
}
