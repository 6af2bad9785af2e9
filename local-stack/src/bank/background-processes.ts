import type { BankContext } from './context.ts';

const MAIN = 'interest-service/src/main.ts';

/**
 * Starts the processes that carry tax events from payouts to the tax book: the relay, Kafka and the worker. Without Kafka
 * the worker reads the outbox itself, so there is no relay.
 */
export async function startTaxProcesses(bank: BankContext): Promise<void> {
  const brokers = bank.infrastructure.kafkaBrokers.join(',');
  const env = { ...bank.asRole('interest_service'), ...(brokers !== '' && { KAFKA_BROKERS: brokers }) };
  const commands = brokers === '' ? ['tax-worker'] : ['relay', 'tax-worker'];
  for (const command of commands) {
    await bank.start({ name: command, program: [MAIN, command], env });
  }
}

/**
 * Starts the process that drops cached quotes when an account changes. Replication slots belong to the server, so each bank
 * names its own.
 */
export async function startLedgerStream(bank: BankContext): Promise<void> {
  const database = new URL(bank.infrastructure.databaseUrl).pathname.slice(1).replaceAll(/[^a-z0-9_]/g, '_');
  await bank.start({
    name: 'ledger-stream',
    program: [MAIN, 'ledger-stream'],
    env: {
      ...bank.asRole('ledger_stream'),
      REDIS_URL: bank.infrastructure.redisUrl,
      LEDGER_STREAM_SLOT: `quotes_${database}`,
    },
  });
}

/** Starts the process that checks the ledger for impossible data, sends alerts and seals the days that have ended. */
export async function startWatch(bank: BankContext): Promise<void> {
  await bank.start({
    name: 'watch',
    program: [MAIN, 'watch'],
    env: { ...bank.asRole('interest_service'), SLACK_WEBHOOK_URL: bank.infrastructure.slackWebhookUrl },
  });
}
