import { join } from 'node:path';
import { LOOPBACK } from '../parts/part.ts';
import { freePort } from '../processes/ports.ts';
import { REPOSITORY } from '../run.ts';
import type { BankContext } from './context.ts';
import { type RolloutCommands, rolloutCommands } from './rollout.ts';

/** What is about interest in the gateway is one file. */
const OPERATIONS_FILE = join(REPOSITORY, 'comparator', 'operations', 'interest.ts');

export type Channel = { gatewayUrl: string; adminUrl: string; rollout: RolloutCommands };

export type ChannelOptions = {
  legacyUrl: string;
  newUrl: string;
  serviceToken: string;
  plan: string;
  /** The stage to begin in. */
  stage: string;
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

  const gateway = await bank.start({
    name: 'gateway',
    program: ['comparator/src/main.ts', 'serve'],
    healthPort: adminPort, // the customers' port has the customers' routes only
    env: {
      ...bank.asRole('comparator'),
      ADMIN_PORT: String(adminPort),
      ADMIN_URL: adminUrl,
      UNLEASH_BACKUP_DIR: bank.directory('gateway-flag-backup'),
      OPERATIONS_FILE,
      LEGACY_URL: options.legacyUrl,
      NEW_URL: options.newUrl,
      UNLEASH_URL: unleash.url,
      UNLEASH_TOKEN: unleash.clientToken,
      SLACK_WEBHOOK_URL: slackWebhookUrl,
      AUTH_JWKS: bank.auth.jwks,
      SERVICE_TOKEN: options.serviceToken,
    },
  });
  await bank.start({
    name: 'rollout-controller',
    program: ['rollout/src/main.ts', 'watch'],
    env: rolloutEnv,
  });
  return { gatewayUrl: gateway.url, adminUrl, rollout };
}
