import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { query } from '../parts/postgres.ts';
import type { Supervisor } from '../processes/supervisor.ts';
import { REPOSITORY } from '../run.ts';
import { serviceCommand } from './service.ts';

/** Roles of the processes on the bank's database; on the local stack each has its name as password. */
export const BANK_ROLES = [
  'interest_service',
  'ledger_stream',
  'legacy_core',
  'legacy_adapter',
  'channel',
  'comparator',
  'rollout',
  'auditor',
] as const;
export type BankRole = (typeof BANK_ROLES)[number];

const CORE_LEDGER = join(REPOSITORY, 'bank', 'ledger', 'schema');

/** Each owner of a schema migrates it itself; the core ledger, which belongs to the bank, comes first. */
const MIGRATIONS = [
  ['interest-service-migrate', 'interest-service/src/main.ts'],
  ['legacy-core-migrate', 'legacy-core-adapter/legacy-core/main.ts'],
  ['legacy-adapter-migrate', 'legacy-core-adapter/src/main.ts'],
  ['comparator-migrate', 'comparator/src/main.ts'],
  ['rollout-migrate', 'rollout/src/main.ts'],
] as const;

/** Brings an empty or older database of the bank to the state of this repository. `ownerUrl` may do everything. */
export async function migrateBank(supervisor: Supervisor, ownerUrl: string): Promise<void> {
  await installCoreLedger(ownerUrl);
  for (const [name, script] of MIGRATIONS) {
    if (!existsSync(join(REPOSITORY, script))) continue;
    await supervisor.complete({
      name,
      ...serviceCommand([script, 'migrate']),
      env: { DATABASE_URL: ownerUrl, LOG_LEVEL: 'warn' },
    });
  }
}

/** The ledger's files in their order, each one transaction; a database that has the ledger is left alone. */
async function installCoreLedger(ownerUrl: string): Promise<void> {
  const [ledger] = await query<{ present: boolean }>(
    ownerUrl,
    `select to_regnamespace('core') is not null as present`,
  );
  if (ledger?.present) return;
  const files = readdirSync(CORE_LEDGER).filter((file) => file.endsWith('.sql'));
  for (const file of files.sort()) {
    try {
      await query(ownerUrl, readFileSync(join(CORE_LEDGER, file), 'utf8'));
    } catch (error) {
      throw new Error(
        `bank/ledger/schema/${file} failed: ${error instanceof Error ? error.message : String(error)}`,
        {
          cause: error,
        },
      );
    }
  }
}
