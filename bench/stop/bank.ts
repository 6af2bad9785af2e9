import { join } from 'node:path';
import {
  createBankAuth,
  databaseUrl,
  freePort,
  migrateBank,
  openRun,
  type Run,
  readConfig,
  type Service,
  startPostgres,
  startService,
  startSlackSink,
  startUnleash,
} from '@core-exit/local-stack/bench';
import { init } from '../../rollout/src/cli/setup.ts';
import type { Tools } from '../../rollout/src/cli/tools.ts';
import { evidenceOver } from '../../rollout/src/controller/evidence-source.ts';
import { flagControl } from '../../rollout/src/flag/flag-control.ts';
import { unleashAdmin } from '../../rollout/src/flag/unleash-admin.ts';
import { loadPlan } from '../../rollout/src/plan/plan.ts';
import { postgresStore } from '../../rollout/src/store/postgres-store.sql.ts';
import { type ClosableProxy, startClosableProxy } from './closable-proxy.ts';
import { type Core, startCore } from './core.ts';
import { customers } from './load.ts';
import { FLAG, OPERATIONS_PATH } from './operations.ts';

const PLAN = join(import.meta.dirname, 'plan.json');
export const GATEWAYS = 2;

export type StopBank = {
  gateways: string[];
  tokens: string[];
  cores: { legacy: Core; new: Core };
  tools: Tools;
  /** In front of Unleash, for every client. */
  unleashProxy: ClosableProxy;
  close(): Promise<void>;
};

/** Two gateways, a controller, PostgreSQL, Unleash behind a proxy that can be closed, and two cores with equal answers. */
export async function startStopBank(): Promise<StopBank> {
  const run = await openRun();
  const { cacheDirectory, javaHome } = readConfig();
  const context = { supervisor: run, cacheDirectory, javaHome };
  const postgres = await startPostgres(context, { durable: true });
  await migrateBank(run, postgres.address);
  const [unleash, slack, legacy, fresh, auth] = await Promise.all([
    startUnleash(context, { postgresUrl: postgres.address }),
    startSlackSink(context, {}),
    startCore('legacy'),
    startCore('new'),
    createBankAuth(),
  ]);
  const unleashProxy = await startClosableProxy(Number(new URL(unleash.address).port));
  const unleashUrl = `http://127.0.0.1:${unleashProxy.port}`;
  const asRole = (role: 'comparator' | 'rollout') => databaseUrl(postgres.address, { role });
  const adminPorts = await Promise.all(Array.from({ length: GATEWAYS }, () => freePort()));
  const evidenceUrl = `http://127.0.0.1:${adminPorts[0]}/evidence`;
  const plan = loadPlan(PLAN);
  const admin = unleashAdmin(unleashUrl, unleash.adminToken, plan.flag);
  const tools: Tools = {
    plan,
    admin,
    flag: flagControl(plan, admin),
    store: postgresStore({ databaseUrl: asRole('rollout'), flag: FLAG, clockFunction: 'core.bank_now' }),
    evidence: evidenceOver(evidenceUrl),
    notify: () => undefined,
  };
  await init(tools, 'bench', () => undefined);
  const shared = {
    unleashUrl,
    comparatorUrl: asRole('comparator'),
    rolloutUrl: asRole('rollout'),
    slackWebhookUrl: slack.webhookUrl,
  };
  const gateways = await startGateways(run, adminPorts, {
    ...shared,
    unleashToken: unleash.clientToken,
    jwks: auth.jwks,
    cores: { legacy, new: fresh },
  });
  await startController(run, { ...shared, adminToken: unleash.adminToken, evidenceUrl });
  return {
    gateways: gateways.map(({ url }) => url),
    tokens: await Promise.all(customers().map((sub) => auth.signToken({ sub }))),
    cores: { legacy, new: fresh },
    tools,
    unleashProxy,
    async close() {
      await tools.store.close();
      await run.close();
      legacy.close();
      fresh.close();
    },
  };
}

type Shared = { unleashUrl: string; comparatorUrl: string; rolloutUrl: string; slackWebhookUrl: string };
type ForGateways = Shared & { unleashToken: string; jwks: string; cores: { legacy: Core; new: Core } };

function startGateways(run: Run, adminPorts: number[], given: ForGateways): Promise<Service[]> {
  const { unleashUrl, comparatorUrl, slackWebhookUrl, unleashToken, jwks, cores } = given;
  return Promise.all(
    adminPorts.map((adminPort, i) =>
      startService(run, {
        name: `gateway-${i + 1}`,
        program: ['comparator/src/main.ts', 'serve'],
        healthPort: adminPort,
        env: {
          ADMIN_PORT: String(adminPort),
          OPERATIONS_FILE: OPERATIONS_PATH,
          LEGACY_URL: cores.legacy.url,
          NEW_URL: cores.new.url,
          DATABASE_URL: comparatorUrl,
          UNLEASH_URL: unleashUrl,
          UNLEASH_TOKEN: unleashToken,
          UNLEASH_BACKUP_DIR: run.run.directory(`backup-${i + 1}`),
          SLACK_WEBHOOK_URL: slackWebhookUrl,
          AUTH_JWKS: jwks,
          SERVICE_TOKEN: 'none',
          LOG_LEVEL: 'error',
        },
      }),
    ),
  );
}

async function startController(
  run: Run,
  given: Shared & { adminToken: string; evidenceUrl: string },
): Promise<void> {
  await startService(run, {
    name: 'controller',
    program: ['rollout/src/main.ts', 'watch'],
    env: {
      DATABASE_URL: given.rolloutUrl,
      CLOCK_FUNCTION: 'core.bank_now',
      UNLEASH_URL: given.unleashUrl,
      UNLEASH_ADMIN_TOKEN: given.adminToken,
      EVIDENCE_URL: given.evidenceUrl,
      SLACK_WEBHOOK_URL: given.slackWebhookUrl,
      ROLLOUT_PLAN: PLAN,
      LOG_LEVEL: 'error',
    },
  });
}
