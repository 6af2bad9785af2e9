import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { databaseUrl, migrateBank, openRun, query, seed, startPostgres } from '@core-exit/local-stack/bench';

const run = promisify(execFile);

export type AuditBank = {
  /** With the service's role. */
  serviceUrl: string;
  auditorUrl: string;
  /** Removed with the bank. */
  directory: string;
  /** Runs `work` while the balance of one account is a won too high. */
  withOneHeadMoved<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

/** A bank with 90 days of history. The accounts of one product, a tenth of all, were capitalised yesterday. */
export async function startAuditBank(accounts: number, print: (text: string) => void): Promise<AuditBank> {
  const opened = await openRun();
  try {
    const context = { supervisor: opened, cacheDirectory: '', javaHome: null };
    const { address: ownerUrl } = await startPostgres(context, { durable: true });
    await migrateBank(opened, ownerUrl);
    const onProgress = (done: number) => print(`${done.toLocaleString('en')} accounts opened`);
    await seed({ databaseUrl: ownerUrl, accounts, onProgress });
    const serviceUrl = databaseUrl(ownerUrl, { role: 'interest_service' });
    await query(
      ownerUrl,
      `update core.product_terms set capitalisation_day = extract(day from core.business_date())
        where product_code = 'DEMAND-WHOLE'`,
    );
    const args = ['interest-service/src/main.ts', 'capitalise', '--json'];
    await run(process.execPath, args, { env: { DATABASE_URL: serviceUrl } });
    await query(ownerUrl, 'select core.move_business_date(1)');
    await query(ownerUrl, 'vacuum analyze');
    return {
      serviceUrl,
      auditorUrl: databaseUrl(ownerUrl, { role: 'auditor' }),
      directory: opened.run.directory('bench'),
      async withOneHeadMoved(work) {
        const move = (won: number) =>
          query(
            ownerUrl,
            `update core.account set balance = balance + (${won})
              where account_no = (select max(account_no) from core.account)`,
          );
        await move(1);
        try {
          return await work();
        } finally {
          await move(-1);
        }
      },
      close: () => opened.close(),
    };
  } catch (fault) {
    await opened.close();
    throw fault;
  }
}
