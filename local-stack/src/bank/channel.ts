import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { LOOPBACK } from '../parts/part.ts';
import { freePort } from '../processes/ports.ts';
import { REPOSITORY } from '../run.ts';
import type { BankContext } from './context.ts';
import { type RolloutCommands, rolloutCommands } from './rollout.ts';
import { serveRunbook } from './runbook.ts';

/** The only file of the gateway that knows interest. */
const OPERATIONS_FILE = join(REPOSITORY, 'bank', 'extraction', 'operations.ts');

/** The key length of AES-256, which `serve`, `replay` and `promote` expect. */
const REPLAY_KEY_BYTES = 32;

export type Channel = {
  gatewayUrl: string;
  adminUrl: string;
  rollout: RolloutCommands;
  /** Environment of the commands `comparator list`, `show`, `evidence`, `triage`, `replay` and `promote`. */
  comparatorEnv: Record<string, string>;
  /** Environment of the rollout commands and of the controller. */
  rolloutEnv: Record<string, string>;
};

export type ChannelOptions = {
  legacyUrl: string;
  newUrl: string;
  serviceToken: string;
  plan: string;
  /** The first stage. */
  stage: string;
  /** True: the gateway sends verdicts to Kafka, if there is a broker, and `comparator store` writes them to the database. */
  verdictsByKafka: boolean;
};

/** Starts the gateway between customers and cores, and the controller of the rollout, which begins in the given stage. */
export async function startChannel(bank: BankContext, options: ChannelOptions): Promise<Channel> {
  const { unleash, slackWebhookUrl } = bank.infrastructure;
  const adminPort = await freePort();
  const adminUrl = `http://${LOOPBACK}:${adminPort}`;
  const rolloutEnv = {
    ...bank.asRole('rollout'),
    CLOCK_FUNCTION: 'core.bank_now',
    SLACK_WEBHOOK_URL: slackWebhookUrl,
    UNLEASH_URL: unleash.url,
    UNLEASH_ADMIN_TOKEN: unleash.adminToken,
    EVIDENCE_URL: `${adminUrl}/evidence`,
    ROLLOUT_PLAN: options.plan,
  };
  const rollout = rolloutCommands(rolloutEnv);
  await rollout('init');
  await rollout('set', options.stage); // before the gateway starts, so that its first request has a stage

  const comparatorEnv = {
    ...bank.asRole('comparator'),
    ADMIN_URL: adminUrl,
    OPERATIONS_FILE,
    LEGACY_URL: options.legacyUrl,
    NEW_URL: options.newUrl,
    SERVICE_TOKEN: options.serviceToken,
    REPLAY_KEY: randomBytes(REPLAY_KEY_BYTES).toString('base64'), // `replay` works within this run only
  };
  const kafka = options.verdictsByKafka ? await startStore(bank, adminUrl) : {};
  const gateway = await bank.start({
    name: 'gateway',
    program: ['comparator/src/main.ts', 'serve'],
    healthPort: adminPort, // the customers' port has only the customers' routes
    env: {
      ...comparatorEnv,
      ...kafka,
      ADMIN_PORT: String(adminPort),
      UNLEASH_BACKUP_DIR: bank.directory('gateway-flag-backup'),
      UNLEASH_URL: unleash.url,
      UNLEASH_TOKEN: unleash.clientToken,
      SLACK_WEBHOOK_URL: slackWebhookUrl,
      RUNBOOK_URL: await serveRunbook(),
      AUTH_JWKS: bank.auth.jwks,
    },
  });
  await bank.start({
    name: 'rollout-controller',
    program: ['rollout/src/main.ts', 'watch'],
    env: rolloutEnv,
  });
  return { gatewayUrl: gateway.url, adminUrl, rollout, comparatorEnv, rolloutEnv };
}

/** Starts the process that writes verdicts from Kafka to the database. Returns the gateway's setting; empty without Kafka. */
async function startStore(bank: BankContext, adminUrl: string): Promise<Record<string, string>> {
  const brokers = bank.infrastructure.kafkaBrokers.join(',');
  if (brokers === '') return {};
  const healthPort = await freePort();
  await bank.start({
    name: 'comparator-store',
    program: ['comparator/src/main.ts', 'store'],
    healthPort,
    env: {
      ...bank.asRole('comparator'),
      ADMIN_URL: adminUrl,
      ADMIN_PORT: String(healthPort),
      KAFKA_BROKERS: brokers,
    },
  });
  return { KAFKA_BROKERS: brokers };
}
