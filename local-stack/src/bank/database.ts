import { existsSync } from 'node:fs';
import { join } from 'node:path';
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

/** Each room migrates its own schemas. The core ledger comes first, because other schemas refer to it. */
const MIGRATIONS = [
  ['bank-ledger-migrate', 'bank/ledger/src/main.ts'],
  ['interest-service-migrate', 'interest-service/src/main.ts'],
  ['legacy-core-migrate', 'legacy-core-adapter/legacy-core/main.ts'],
  ['legacy-adapter-migrate', 'legacy-core-adapter/src/main.ts'],
  ['comparator-migrate', 'comparator/src/main.ts'],
  ['rollout-migrate', 'rollout/src/main.ts'],
] as const;

/** Brings an empty or older database of the bank to this release. `ownerUrl` is that of the database's owner. */
export async function migrateBank(supervisor: Supervisor, ownerUrl: string): Promise<void> {
  for (const [name, script] of MIGRATIONS) {
    if (!existsSync(join(REPOSITORY, script))) continue;
    await supervisor.complete({
      name,
      ...serviceCommand([script, 'migrate']),
      env: { DATABASE_URL: ownerUrl, LOG_LEVEL: 'warn' },
    });
  }
}
