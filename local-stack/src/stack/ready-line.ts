import type { Bank } from '../bank/bank.ts';
import { payableCustomers, withTokens } from '../bank/customers.ts';
import { Fault } from '../fault.ts';
import type { AbsentPart, Part } from '../parts/part.ts';
import type { Parts } from '../parts.ts';

/** A test that pays one customer after the other needs some; a line must stay a line. */
const CUSTOMERS_TOLD = 50;
const FEWEST_CUSTOMERS = 20;

class TooFewCustomers extends Fault {
  constructor(found: number) {
    super(
      'TOO_FEW_CUSTOMERS',
      `only ${found} customers have interest to collect`,
      'seed more: --accounts 5000',
    );
  }
}

/** What `--json` prints: where everything is, and who may ask. */
export async function readyLine(parts: Parts, bank: Bank) {
  const { postgres, redis, kafka, unleash, slack } = parts;
  const customers = await payableCustomers(postgres.address, CUSTOMERS_TOLD);
  if (customers.length < FEWEST_CUSTOMERS) throw new TooFewCustomers(customers.length);
  return {
    gateway: bank.gatewayUrl,
    interestService: bank.newCore.url,
    legacyAdapter: bank.legacyAdapterUrl,
    unleash: unleash.address,
    slackSink: slack.address,
    postgres: postgres.address,
    redis: redis.address,
    kafka: 'absent' in kafka ? [] : kafka.brokers,
    tokens: bank.tokens,
    customers: await withTokens(bank.auth, customers),
    parts: partVersions(parts),
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

/** Without Kafka the outbox in Postgres carries the events. */
const nameOf = (part: Part | AbsentPart): PartName =>
  'absent' in part ? { name: 'outbox', version: part.absent } : { name: part.name, version: part.version };
