import type { Parts } from '../parts.ts';

/** Addresses of the parts that the bank's processes need. */
export type Infrastructure = {
  /** The owner's address of a migrated database of the bank. */
  databaseUrl: string;
  redisUrl: string;
  /** Empty: there is no Kafka, and the tax worker reads the outbox itself. */
  kafkaBrokers: string[];
  unleash: { url: string; adminToken: string; clientToken: string };
  slackWebhookUrl: string;
};

export function infrastructureOf({ postgres, redis, kafka, unleash, slack }: Parts): Infrastructure {
  const { address: url, adminToken, clientToken } = unleash;
  return {
    databaseUrl: postgres.address,
    redisUrl: redis.address,
    kafkaBrokers: 'absent' in kafka ? [] : kafka.brokers,
    unleash: { url, adminToken, clientToken },
    slackWebhookUrl: slack.webhookUrl,
  };
}
