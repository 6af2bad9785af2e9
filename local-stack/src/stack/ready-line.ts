import { Fault } from '@core-exit/process/faults';
import type { Bank } from '../bank/bank.ts';
import { type CustomerWithToken, payableCustomers, withTokens } from '../bank/customers.ts';
import { STACK_FAULTS } from '../faults.ts';
import type { AbsentPart, Part } from '../parts/part.ts';
import type { Parts } from '../parts.ts';

/** Enough for a test that pays one customer after the other; few enough for one line. */
const MAX_CUSTOMERS = 50;
const MIN_CUSTOMERS = 20;

/** Customers with interest to collect, each with a token. Throws TOO_FEW_CUSTOMERS. */
export async function readyCustomers(parts: Parts, bank: Bank): Promise<CustomerWithToken[]> {
  const customers = await payableCustomers(parts.postgres.address, MAX_CUSTOMERS);
  if (customers.length < MIN_CUSTOMERS) {
    const message = `only ${customers.length} customers have interest to collect`;
    throw new Fault(STACK_FAULTS.TOO_FEW_CUSTOMERS, message);
  }
  return await withTokens(bank.auth, customers);
}

/** What `--json` prints: addresses, tokens, and where the environment of each process is. */
export function readyLine(
  parts: Parts,
  bank: Bank,
  customers: CustomerWithToken[],
  environmentFiles: Readonly<Record<string, string>>,
) {
  const { postgres, redis, kafka, unleash, slack } = parts;
  return {
    gateway: bank.gatewayUrl,
    gatewayAdmin: bank.gatewayAdminUrl,
    interestService: bank.newCore.url,
    legacyAdapter: bank.legacyAdapterUrl,
    unleash: unleash.address,
    slackSink: slack.address,
    postgres: postgres.address,
    redis: redis.address,
    kafka: 'absent' in kafka ? [] : kafka.brokers,
    tokens: bank.tokens,
    customers,
    parts: partVersions(parts),
    environmentFiles,
  };
}

type PartName = { name: string; version: string };

export function partVersions({ postgres, redis, kafka, unleash }: Parts): Record<string, PartName> {
  return {
    postgres: nameOf(postgres),
    redis: nameOf(redis),
    kafka: nameOf(kafka),
    unleash: nameOf(unleash),
  };
}

/** Without Kafka the outbox in PostgreSQL carries the events. */
const nameOf = (part: Part | AbsentPart): PartName =>
  'absent' in part ? { name: 'outbox', version: part.absent } : { name: part.name, version: part.version };
