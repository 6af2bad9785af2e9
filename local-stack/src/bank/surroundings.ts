import type { Parts } from '../parts.ts';

/** Addresses of everything the bank's own processes need around them. */
export type Surroundings = {
  /** The owner's address of a migrated database of the bank. */
  databaseUrl: string;
  redisUrl: string;
  /** Empty: there is no Kafka, and the tax worker reads the outbox itself. */
  kafkaBrokers: string[];
  unleash: { url: string; adminToken: string; clientToken: string };
  slackWebhookUrl: string;
};

export function surroundingsOf({ postgres, redis, kafka, unleash, slack }: Parts): Surroundings {
  const { address: url, adminToken, clientToken } = unleash;
  return {
    databaseUrl: postgres.address,
    redisUrl: redis.address,
    kafkaBrokers: 'absent' in kafka ? [] : kafka.brokers,
    unleash: { url, adminToken, clientToken },
    slackWebhookUrl: slack.webhookUrl,
  };
}
