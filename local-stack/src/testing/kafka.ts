import { describe } from 'vitest';
import { provided } from './provided.ts';

/** The brokers of this run; only inside `describeWithKafka`. */
export function kafkaBrokers(): string[] {
  const kafka = provided('kafka');
  if ('absent' in kafka) throw new Error(kafka.absent);
  return kafka.brokers;
}

/** Like `describe`; where there is no Kafka, skipped with the reason in the title. Under CI the run fails before. */
export function describeWithKafka(title: string, tests: () => void): void {
  const kafka = provided('kafka');
  if ('absent' in kafka) describe.skip(`${title} (skipped, ${kafka.absent})`, tests);
  else describe(title, tests);
}
