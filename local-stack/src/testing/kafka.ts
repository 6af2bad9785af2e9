import { describe } from 'vitest';
import { readConfig } from '../config.ts';
import { type KafkaPart, startKafka } from '../parts/kafka.ts';
import { testRun } from './processes.ts';
import { provided } from './provided.ts';

/** The brokers of this run; only inside `describeWithKafka`. */
export function kafkaBrokers(): string[] {
  const kafka = provided('kafka');
  if ('absent' in kafka) throw new Error(kafka.absent);
  return kafka.brokers;
}

/** Like `describe`. Without Kafka the tests are skipped, with the reason in the title; under CI the run fails before. */
export function describeWithKafka(title: string, tests: () => void): void {
  const kafka = provided('kafka');
  if ('absent' in kafka) describe.skip(`${title} (skipped, ${kafka.absent})`, tests);
  else describe(title, tests);
}

/** A broker of this test file alone, which the test may stop and start again; only inside `describeWithKafka`. */
export async function startOwnKafka(): Promise<KafkaPart> {
  const { cacheDirectory, javaHome } = readConfig();
  const kafka = await startKafka({ supervisor: await testRun(), cacheDirectory, javaHome });
  if ('absent' in kafka) throw new Error(kafka.absent);
  return kafka;
}
