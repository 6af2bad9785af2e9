import { seed } from '@core-exit/bank-ledger/seed';
import { type Bank, type BankOptions, startBank } from '../bank/bank.ts';
import { migrateBank } from '../bank/database.ts';
import { infrastructureOf } from '../bank/infrastructure.ts';
import type { Config } from '../config.ts';
import { type Parts, startParts } from '../parts.ts';
import type { Supervisor } from '../processes/supervisor.ts';
import type { Progress } from './progress.ts';

export type StackOptions = BankOptions & { accounts: number; progress: Progress };

export type Stack = { parts: Parts; bank: Bank };

/** Starts the whole bank on one machine: the parts, the database with its customers, the processes. */
export async function startStack(
  supervisor: Supervisor,
  config: Config,
  options: StackOptions,
): Promise<Stack> {
  const { accounts, progress } = options;
  progress.line('parts');
  const parts = await startParts(supervisor, config, progress.part);
  progress.line('database');
  await migrateBank(supervisor, parts.postgres.address);
  progress.seeding(0, accounts);
  await seed({ databaseUrl: parts.postgres.address, accounts, onProgress: progress.seeding });
  progress.line(`  ${accounts} customers`);
  progress.line('services');
  const bank = await startBank(supervisor, infrastructureOf(parts), {
    ...options,
    onService: progress.service,
  });
  return { parts, bank };
}
