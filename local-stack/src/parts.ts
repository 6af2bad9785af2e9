import type { Config } from './config.ts';
import { type KafkaPart, startKafka } from './parts/kafka.ts';
import type { AbsentPart, Part, PartContext } from './parts/part.ts';
import { startPostgres } from './parts/postgres.ts';
import { startRedis } from './parts/redis.ts';
import { type SlackPart, startSlackSink } from './parts/slack-sink.ts';
import { startUnleash, type UnleashPart } from './parts/unleash.ts';
import type { Supervisor } from './processes/supervisor.ts';

export type Parts = {
  postgres: Part;
  redis: Part;
  kafka: KafkaPart | AbsentPart;
  unleash: UnleashPart;
  slack: SlackPart;
};

/** Starts all parts, as many as possible at the same time. Calls `onPart` for each part when the part is ready. */
export async function startParts(
  supervisor: Supervisor,
  { external, cacheDirectory, javaHome }: Config,
  onPart: (part: Part | AbsentPart) => void = () => {},
): Promise<Parts> {
  const context: PartContext = { supervisor, cacheDirectory, javaHome };
  const reported = async <Started extends Part | AbsentPart>(
    starting: Promise<Started>,
  ): Promise<Started> => {
    const part = await starting;
    onPart(part);
    return part;
  };
  const starting = {
    postgres: reported(startPostgres(context, { externalUrl: external.databaseUrl })),
    redis: reported(startRedis(context, { externalUrl: external.redisUrl })),
    kafka: reported(startKafka(context, { externalBrokers: external.kafkaBrokers })),
    slack: reported(startSlackSink(context, { externalUrl: external.slackWebhookUrl })),
  };
  const unleash = starting.postgres.then(({ address }) =>
    reported(startUnleash(context, { external: external.unleash, postgresUrl: address })),
  );
  await Promise.all([...Object.values(starting), unleash]);
  return {
    postgres: await starting.postgres,
    redis: await starting.redis,
    kafka: await starting.kafka,
    unleash: await unleash,
    slack: await starting.slack,
  };
}
