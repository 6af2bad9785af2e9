import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { LOOPBACK } from '../parts/part.ts';
import { freePort } from '../processes/ports.ts';
import { REPOSITORY } from '../run.ts';
import type { BankContext } from './context.ts';
import { type RolloutCommands, rolloutCommands } from './rollout.ts';
import { serveRunbook } from './runbook.ts';

/** What is about interest in the gateway is one file. */
const OPERATIONS_FILE = join(REPOSITORY, 'bank', 'extraction', 'operations.ts');

/** Of AES-256, as `serve`, `replay` and `promote` take it. */
const REPLAY_KEY_BYTES = 32;

export type Channel = {
  gatewayUrl: string;
  adminUrl: string;
  rollout: RolloutCommands;
  /** The environment in which `comparator list`, `show`, `evidence`, `triage`, `replay` and `promote` find this gateway. */
  comparatorEnv: Record<string, string>;
};

export type ChannelOptions = {
  legacyUrl: string;
  newUrl: string;
  serviceToken: string;
  plan: string;
  /** The stage to begin in. */
  stage: string;
  /** Verdicts go by Kafka, if there is one, and `comparator store` writes them; else the gateway does. */
  verdictsByKafka: boolean;
};

/** Starts the gateway between customers and cores, with the rollout at its first stage and under control. */
export async function startChannel(bank: BankContext, options: ChannelOptions): Promise<Channel> {
  const { unleash, slackWebhookUrl } = bank.around;
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
  await rollout('set', options.stage); // before the gateway starts: its first request knows its stage

  const comparatorEnv = {
    ...bank.asRole('comparator'),
    ADMIN_URL: adminUrl,
    OPERATIONS_FILE,
    LEGACY_URL: options.legacyUrl,
    NEW_URL: options.newUrl,
    SERVICE_TOKEN: options.serviceToken,
    REPLAY_KEY: randomBytes(REPLAY_KEY_BYTES).toString('base64'), // a case of this run is asked again in this run
  };
  const kafka = options.verdictsByKafka ? await startStore(bank, adminUrl) : {};
  const gateway = await bank.start({
    name: 'gateway',
    program: ['comparator/src/main.ts', 'serve'],
    healthPort: adminPort, // the customers' port has the customers' routes only
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
  return { gatewayUrl: gateway.url, adminUrl, rollout, comparatorEnv };
}

/** Returns where the gateway publishes; nothing without Kafka. */
async function startStore(bank: BankContext, adminUrl: string): Promise<Record<string, string>> {
  const brokers = bank.around.kafkaBrokers.join(',');
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
