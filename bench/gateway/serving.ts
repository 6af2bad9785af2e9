import { join } from 'node:path';
import {
  createBankAuth,
  databaseUrl,
  freePort,
  migrateBank,
  openRun,
  readConfig,
  startPostgres,
  startService,
  startSlackSink,
  startUnleash,
} from '@core-exit/local-stack/bench';
import { init } from '../../rollout/src/cli/setup.ts';
import { evidenceOver } from '../../rollout/src/controller/evidence-source.ts';
import { flagControl } from '../../rollout/src/flag/flag-control.ts';
import { unleashAdmin } from '../../rollout/src/flag/unleash-admin.ts';
import { loadPlan } from '../../rollout/src/plan/plan.ts';
import { postgresStore } from '../../rollout/src/store/postgres-store.sql.ts';
import { OPERATIONS_PATH } from './operations.ts';

const PLAN = join(import.meta.dirname, 'plan.json');

export type Serving = {
  url: string;
  pid: number;
  adminUrl: string;
  /** Header with a customer's token, which the gateway checks. */
  authorization: string;
  close(): Promise<void>;
};

/** The gateway as a bank runs it, with verdicts in PostgreSQL, a flag in Unleash in stage `shadow`, and customers' tokens. */
export async function startServing(legacyUrl: string, newUrl: string): Promise<Serving> {
  const run = await openRun();
  const { cacheDirectory, javaHome } = readConfig();
  const context = { supervisor: run, cacheDirectory, javaHome };
  const postgres = await startPostgres(context, { durable: true });
  await migrateBank(run, postgres.address);
  const [unleash, slack, auth, adminPort] = await Promise.all([
    startUnleash(context, { postgresUrl: postgres.address }),
    startSlackSink(context, {}),
    createBankAuth(),
    freePort(),
  ]);
  const adminUrl = `http://127.0.0.1:${adminPort}`;
  const rolloutUrl = databaseUrl(postgres.address, { role: 'rollout' });
  await beginPlan(rolloutUrl, unleash, `${adminUrl}/evidence`);
  const service = await startService(run, {
    name: 'gateway',
    program: ['comparator/src/main.ts', 'serve'],
    healthPort: adminPort,
    env: {
      ADMIN_PORT: String(adminPort),
      OPERATIONS_FILE: OPERATIONS_PATH,
      LEGACY_URL: legacyUrl,
      NEW_URL: newUrl,
      DATABASE_URL: databaseUrl(postgres.address, { role: 'comparator' }),
      UNLEASH_URL: unleash.address,
      UNLEASH_TOKEN: unleash.clientToken,
      UNLEASH_BACKUP_DIR: run.run.directory('backup'),
      SLACK_WEBHOOK_URL: slack.webhookUrl,
      AUTH_JWKS: auth.jwks,
      SERVICE_TOKEN: 'none',
      LOG_LEVEL: 'warn',
    },
  });
  return {
    url: service.url,
    pid: service.pid,
    adminUrl,
    authorization: `Bearer ${await auth.signToken({ sub: 'C000000001' })}`,
    close: () => run.close(),
  };
}

/** Creates the flag; without it the gateway would not call the shadow. */
async function beginPlan(
  rolloutUrl: string,
  unleash: { address: string; adminToken: string },
  evidenceUrl: string,
): Promise<void> {
  const plan = loadPlan(PLAN);
  const admin = unleashAdmin(unleash.address, unleash.adminToken, plan.flag);
  const store = postgresStore({
    databaseUrl: rolloutUrl,
    flag: plan.flag.name,
    clockFunction: 'core.bank_now',
  });
  const flag = flagControl(plan, admin);
  const tools = { plan, admin, flag, store, evidence: evidenceOver(evidenceUrl), notify: () => undefined };
  await init(tools, 'bench', () => undefined);
  await store.close();
}
