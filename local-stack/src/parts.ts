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

/** Starts all parts, as far as possible at the same time; each is told to `onPart` as soon as it serves. */
export async function startParts(
  supervisor: Supervisor,
  { external, cacheDirectory, javaHome }: Config,
  onPart: (part: Part | AbsentPart) => void = () => {},
): Promise<Parts> {
  const context: PartContext = { supervisor, cacheDirectory, javaHome };
  const told = async <Started extends Part | AbsentPart>(starting: Promise<Started>): Promise<Started> => {
    const part = await starting;
    onPart(part);
    return part;
  };
  const postgres = told(startPostgres(context, { externalUrl: external.databaseUrl }));
  const unleash = postgres.then(({ address }) =>
    told(startUnleash(context, { external: external.unleash, postgresUrl: address })),
  );
  const redis = told(startRedis(context, { externalUrl: external.redisUrl }));
  const kafka = told(startKafka(context, { externalBrokers: external.kafkaBrokers }));
  const slack = told(startSlackSink(context, { externalUrl: external.slackWebhookUrl }));
  const [postgresPart, redisPart, kafkaPart, unleashPart, slackPart] = await Promise.all([
    postgres,
    redis,
    kafka,
    unleash,
    slack,
  ]);
  return {
    postgres: postgresPart,
    redis: redisPart,
    kafka: kafkaPart,
    unleash: unleashPart,
    slack: slackPart,
  };
}
