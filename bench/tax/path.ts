import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { query, type Service, serviceCommand, startService } from '@core-exit/local-stack/bench';
import type { BenchBank } from '../payout/bank.ts';

export type TaxPath = {
  relay(): Promise<Service>;
  worker(): Promise<Service>;
  /** Events that are not sent, and not booked. */
  backlog(): Promise<{ unsent: number; unbooked: number }>;
  drained(what: 'unsent' | 'unbooked'): Promise<void>;
  /** Result of the service's reconciliation of all books; `wrong` is empty if they agree. */
  reconciled(): Promise<{ wrong: string[]; receipts: number; tookMs: number }>;
};

const POLL_MS = 20;

export function taxPath(bank: BenchBank, brokers: string[]): TaxPath {
  const env = {
    DATABASE_URL: bank.serviceUrl,
    KAFKA_BROKERS: brokers.join(','),
    LOG_LEVEL: 'warn',
  };
  let starts = 0;
  const start = (command: 'relay' | 'tax-worker') => {
    starts += 1;
    return startService(bank.run, {
      name: `${command}-${starts}`,
      program: ['interest-service/src/main.ts', command],
      env,
    });
  };
  const backlog: TaxPath['backlog'] = async () => {
    const [row] = await query<{ unsent: number; unbooked: number }>(
      bank.ownerUrl,
      `select (select count(*)::int from interest.outbox where published_at is null) as unsent,
              ((select count(*) from interest.outbox) - (select count(*) from tax.inbox))::int as unbooked`,
    );
    return row ?? { unsent: 0, unbooked: 0 };
  };
  return {
    relay: () => start('relay'),
    worker: () => start('tax-worker'),
    backlog,
    async drained(what) {
      while ((await backlog())[what] > 0) await sleep(POLL_MS);
    },
    async reconciled() {
      const { stdout } = await reconcile(env);
      const report = JSON.parse(stdout) as {
        standings: Record<string, { count: number }>;
        findings: { what: string; count: number }[];
      };
      const others = Object.keys(report.standings).filter((standing) => standing !== 'BOOKED');
      const [stored] = await query<{ took_ms: number }>(
        bank.ownerUrl,
        'select took_ms from tax.reconciliation order by id desc limit 1',
      );
      return {
        wrong: [
          ...report.findings.map(({ what, count }) => `${what} ${count}`),
          ...others.map((standing) => `${standing} ${report.standings[standing]?.count}`),
        ],
        receipts: report.standings['BOOKED']?.count ?? 0,
        tookMs: stored?.took_ms ?? Number.NaN,
      };
    },
  };
}

function reconcile(env: Record<string, string>): Promise<{ stdout: string }> {
  const { command, args } = serviceCommand([
    'interest-service/src/main.ts',
    'reconcile',
    '--no-repair',
    '--json',
  ]);
  return new Promise((done, failed) => {
    execFile(command, args, { env, maxBuffer: 16 * 1024 * 1024 }, (fault, stdout) =>
      stdout === '' ? failed(fault ?? new Error('no answer')) : done({ stdout }),
    );
  });
}

/** Sends payouts at a constant rate, however long the answers take, each for another account. Returns how many were paid. */
export async function payPaced(
  bank: BenchBank,
  url: string,
  { perSecond, seconds, keyPrefix }: { perSecond: number; seconds: number; keyPrefix: string },
): Promise<number> {
  const accounts = readFileSync(bank.accountsFile, 'utf8').trimEnd().split('\n');
  const total = Math.min(Math.round(perSecond * seconds), accounts.length);
  let paid = 0;
  const calls: Promise<void>[] = [];
  const started = performance.now();
  for (let i = 0; i < total; i += 1) {
    const due = started + (i * 1_000) / perSecond;
    if (due > performance.now()) await sleep(due - performance.now());
    const [account = '', token = ''] = (accounts[(i * 7_919) % accounts.length] ?? '').split(' ');
    calls.push(
      fetch(`${url}/v1/accounts/${account}/interest-payouts`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'idempotency-key': `${keyPrefix}-${account}` },
      }).then(async (answer) => {
        await answer.arrayBuffer();
        if (answer.status === 201) paid += 1;
      }),
    );
  }
  await Promise.all(calls);
  return paid;
}
