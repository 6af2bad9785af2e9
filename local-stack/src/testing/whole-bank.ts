import { seed } from '@core-exit/bank-ledger/seed';
import kafkajs from 'kafkajs';
import { type Bank, type BankOptions, startBank } from '../bank/bank.ts';
import { type CustomerWithToken, payableCustomers, withTokens } from '../bank/customers.ts';
import { until } from '../processes/until.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { testRun } from './processes.ts';
import { provided } from './provided.ts';
import { createTestRedis } from './redis.ts';

export type TestBank = Bank & {
  database: TestDatabase;
  /** Customers with interest to collect, each with a token. */
  customers: CustomerWithToken[];
  slackUrl: string;
  redisUrl: string;
  /** Stops the bank and drops its database. Throws CONNECTIONS_LEAKED if a connection was left open. */
  close(): Promise<void>;
};

export type TestBankOptions = BankOptions & { accounts?: number };

/** Enough for a hundred customers with interest to collect. */
const DEFAULT_ACCOUNTS = 300;
const CUSTOMERS = 100;
const TOPICS_GONE_WITHIN_MS = 10_000;

/**
 * The whole bank for an e2e test: all processes on a new seeded database, with this run's Kafka and Redis (both emptied),
 * Unleash and Slack stand-in. Only one can run at a time, because topics and flag have fixed names.
 */
export async function startTestBank({
  accounts = DEFAULT_ACCOUNTS,
  ...options
}: TestBankOptions = {}): Promise<TestBank> {
  const [database, redis] = await Promise.all([createTestDatabase(), createTestRedis(), deleteTopics()]);
  await seed({ databaseUrl: database.url(), accounts });
  const kafka = provided('kafka');
  const slack = provided('slack');
  await fetch(`${slack.url}/messages`, { method: 'DELETE' });
  const infrastructure = {
    databaseUrl: database.url(),
    redisUrl: redis.url,
    kafkaBrokers: 'absent' in kafka ? [] : kafka.brokers,
    unleash: provided('unleash'),
    slackWebhookUrl: slack.webhookUrl,
  };
  const bank = await startBank(await testRun(), infrastructure, options);
  return {
    ...bank,
    database,
    customers: await withTokens(bank.auth, await payableCustomers(database.url(), CUSTOMERS)),
    slackUrl: slack.url,
    redisUrl: redis.url,
    async close() {
      await bank.stop();
      await database.drop();
    },
  };
}

/** The tax worker must not read the events of an earlier bank. */
async function deleteTopics(): Promise<void> {
  const kafka = provided('kafka');
  if ('absent' in kafka) return;
  const client = new kafkajs.Kafka({ brokers: kafka.brokers, logLevel: kafkajs.logLevel.NOTHING });
  const admin = client.admin();
  await admin.connect();
  try {
    const { groups } = await admin.listGroups();
    await admin.deleteGroups(groups.map(({ groupId }) => groupId));
    const topicsLeft = async () => (await admin.listTopics()).filter((topic) => !topic.startsWith('__'));
    const topics = await topicsLeft();
    if (topics.length > 0) await admin.deleteTopics({ topics });
    await until(async () => (await topicsLeft()).length === 0, {
      timeoutMs: TOPICS_GONE_WITHIN_MS,
      what: 'no topics',
    });
  } finally {
    await admin.disconnect();
  }
}
