import type { BankContext } from './context.ts';

/**
 * Starts what carries payouts to the tax book: relay and worker with Kafka between them. Without Kafka the worker
 * reads the outbox itself, and there is nothing to relay.
 */
export async function startTaxPath(bank: BankContext): Promise<void> {
  const brokers = bank.around.kafkaBrokers.join(',');
  const env = { ...bank.asRole('interest_service'), ...(brokers !== '' && { KAFKA_BROKERS: brokers }) };
  const roles = brokers === '' ? ['tax-worker'] : ['relay', 'tax-worker'];
  for (const role of roles) {
    await bank.start({ name: role, program: ['interest-service/src/main.ts', role], env });
  }
}
