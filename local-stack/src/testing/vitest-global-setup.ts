import { randomBytes } from 'node:crypto';
import type { TestProject } from 'vitest/node';
import { migrateBank } from '../bank/database.ts';
import { readConfig } from '../config.ts';
import { startKafka } from '../parts/kafka.ts';
import type { PartContext } from '../parts/part.ts';
import { databaseUrl, query, startPostgres } from '../parts/postgres.ts';
import { startRedis } from '../parts/redis.ts';
import { startSlackSink } from '../parts/slack-sink.ts';
import { startUnleash } from '../parts/unleash.ts';
import { openRun, type Run } from '../run.ts';
import { waitingCounter } from '../stack/progress.ts';
import './provided.ts'; // the types of what is provided

/** Starts a part at the first call and returns the same part at each later call. */
const once = <Value>(make: () => Promise<Value>): (() => Promise<Value>) => {
  let made: Promise<Value> | undefined;
  return () => (made ??= make());
};

/** The parts that all projects of a test run share. */
function sharedParts() {
  const config = readConfig();
  const { external, cacheDirectory, javaHome } = config;
  const run = once(() =>
    openRun({
      onCrash: (crash) => process.stderr.write(`\n${crash.message}\n`),
      // Plain lines also on a terminal, because vitest draws there.
      onWaiting: waitingCounter({ write: (text) => process.stderr.write(text), isTTY: false, columns: 80 })
        .show,
    }),
  );
  const context = async (): Promise<PartContext> => ({ supervisor: await run(), cacheDirectory, javaHome });
  const postgres = once(async () => {
    const part = await startPostgres(await context(), { externalUrl: external.databaseUrl, durable: false });
    return { ownerUrl: part.address, template: await createTemplate(await run(), part.address) };
  });
  return {
    config,
    run,
    postgres,
    redis: once(async () => startRedis(await context(), { externalUrl: external.redisUrl })),
    kafka: once(async () => startKafka(await context(), { externalBrokers: external.kafkaBrokers })),
    unleash: once(async () => {
      const { ownerUrl } = await postgres();
      return startUnleash(await context(), { external: external.unleash, postgresUrl: ownerUrl });
    }),
    slack: once(async () => startSlackSink(await context(), { externalUrl: external.slackWebhookUrl })),
  };
}

async function createTemplate(run: Run, ownerUrl: string): Promise<string> {
  const template = `bank_template_${randomBytes(4).toString('hex')}`;
  await query(ownerUrl, `create database ${template}`);
  await migrateBank(run, databaseUrl(ownerUrl, { database: template }));
  return template;
}

type SharedParts = ReturnType<typeof sharedParts>;
type Provide = (project: TestProject, shared: SharedParts) => Promise<void>;

const providePostgresAndRedis: Provide = async (project, shared) => {
  const [postgres, redis] = await Promise.all([shared.postgres(), shared.redis()]);
  project.provide('postgres', postgres);
  project.provide('redis', { url: redis.address });
};

const provideKafka: Provide = async (project, shared) => {
  const kafka = await shared.kafka();
  if ('absent' in kafka) {
    if (shared.config.ci) throw new Error(`Under CI the Kafka tests must run, but: ${kafka.absent}`);
    process.stderr.write(`Tests that need Kafka are skipped in project ${project.name}: ${kafka.absent}\n`);
  }
  project.provide('kafka', 'absent' in kafka ? { absent: kafka.absent } : { brokers: kafka.brokers });
};

const provideUnleashAndSlack: Provide = async (project, shared) => {
  const [unleash, slack] = await Promise.all([shared.unleash(), shared.slack()]);
  const { address, adminToken, clientToken } = unleash;
  project.provide('unleash', { url: address, adminToken, clientToken });
  project.provide('slack', { url: slack.address, webhookUrl: slack.webhookUrl });
};

/** The parts that each vitest project needs; `unit` needs none. */
const NEEDS: Record<string, Provide[]> = {
  postgres: [providePostgresAndRedis],
  kafka: [providePostgresAndRedis, provideKafka],
  e2e: [providePostgresAndRedis, provideKafka, provideUnleashAndSlack],
};

// Vitest runs this file once for each project, each time as a new module, so the shared parts are kept in `globalThis`.
const SHARED = Symbol.for('core-exit.test-parts');
type Holder = { [SHARED]?: { parts: SharedParts; users: number } };

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const holder = globalThis as Holder;
  const shared = (holder[SHARED] ??= { parts: sharedParts(), users: 0 });
  shared.users += 1;
  const provides = NEEDS[project.name] ?? [];
  await Promise.all(provides.map((provide) => provide(project, shared.parts)));
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    delete holder[SHARED];
    await (await shared.parts.run()).close();
  };
}
