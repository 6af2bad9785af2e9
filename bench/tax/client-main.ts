import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { kafkaStream } from '../../interest-service/src/tax/events/event-stream.kafka.ts';
import type {
  EventRecord,
  EventStream,
  Publisher,
  Subscription,
} from '../../interest-service/src/tax/events/event-stream.ts';
import { platformaticStream } from '../../interest-service/testing/platformatic-stream.ts';

const BATCH = 500;
const BATCHES = 60;
/** The length of a payout's tax event. */
const VALUE = 'x'.repeat(450);
/** The moderate load: a few records at a constant interval. */
const PACE_MS = 25;
const PACED = 25;
const PACES = 160;

export type ClientSample = {
  publishedPerSecond: number;
  publishCpuUs: number;
  readPerSecond: number;
  readCpuUs: number;
  latencyMs: number[];
  pacedCpuUs: number;
  /** Records received out of order, twice or not at all. */
  wrong: number;
};

/** Counts received records, and those that were received twice or after a later record of their key. */
class RecordOrder {
  readonly #last = new Map<string, number>();
  count = 0;
  wrong = 0;

  add(key: string, id: number): void {
    this.count += 1;
    if (id <= (this.#last.get(key) ?? -1)) this.wrong += 1;
    this.#last.set(key, id);
  }
}

/** One Kafka client publishes, reads and does both at a constant load, in its own process. Prints a sample as JSON. */
const [kind = '', brokers = ''] = process.argv.slice(2);
const log: EventStream =
  kind === 'kafkajs'
    ? kafkaStream({ brokers: brokers.split(','), clientId: 'bench', log: { warn() {}, debug() {} } })
    : platformaticStream({ brokers: brokers.split(','), clientId: 'bench' });

const newTopic = async (): Promise<string> => {
  const name = `bench-${randomBytes(4).toString('hex')}`;
  await log.ensureTopics([{ name, partitions: 12, retentionMs: 3_600_000 }]);
  return name;
};
const timed = async (work: () => Promise<void>): Promise<{ seconds: number; cpuUs: number }> => {
  const cpu = process.cpuUsage();
  const started = performance.now();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (performance.now() - started) / 1_000, cpuUs: user + system };
};
const record = (i: number, value: string): EventRecord => ({
  key: String(i % 1_000).padStart(12, '0'),
  value,
  headers: { 'event-id': String(i) },
});

const publisher = await log.publisher();
const warm = await newTopic();
await publisher.publish(warm, [record(0, VALUE)]);
const bulk = await measureBulk(publisher, await newTopic());
const paced = await measurePaced(publisher, await newTopic());
await Promise.race([publisher.close(), sleep(2_000)]);
process.stdout.write(`${JSON.stringify({ ...bulk, ...paced, wrong: bulk.wrong + paced.wrong })}\n`);
process.exit(0);

/** The measurement is over, so a client that does not close in time is left open. */
async function closed(subscription: Subscription): Promise<void> {
  await Promise.race([subscription.close(), sleep(2_000)]);
}

async function measureBulk(to: Publisher, topic: string) {
  const total = BATCH * BATCHES;
  const published = await timed(async () => {
    for (let b = 0; b < BATCHES; b += 1) {
      await to.publish(
        topic,
        Array.from({ length: BATCH }, (_, i) => record(b * BATCH + i, VALUE)),
      );
    }
  });
  const seen = new RecordOrder();
  let first = 0;
  let cpu = process.cpuUsage();
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const subscription = await log.subscribe({
    topic,
    group: `${topic}-group`,
    limit: BATCH,
    take: async ({ records }) => {
      if (first === 0) [first, cpu] = [performance.now(), process.cpuUsage()];
      for (const { key, headers } of records) seen.add(key, Number(headers['event-id']));
      if (seen.count >= total) resolve();
    },
  });
  await done;
  const { user, system } = process.cpuUsage(cpu);
  const readSeconds = (performance.now() - first) / 1_000;
  await closed(subscription);
  return {
    publishedPerSecond: total / published.seconds,
    publishCpuUs: published.cpuUs / total,
    readPerSecond: total / readSeconds,
    readCpuUs: (user + system) / total,
    wrong: seen.wrong + Math.abs(seen.count - total),
  };
}

async function measurePaced(to: Publisher, topic: string) {
  const latencyMs: number[] = [];
  const seen = new RecordOrder();
  const subscription = await log.subscribe({
    topic,
    group: `${topic}-group`,
    limit: BATCH,
    take: async ({ records }) => {
      for (const { key, value, headers } of records) {
        latencyMs.push(performance.now() - Number(value?.slice(0, 20)));
        seen.add(key, Number(headers['event-id']));
      }
    },
  });
  const filler = VALUE.slice(20);
  const send = (from: number) =>
    to.publish(
      topic,
      Array.from({ length: PACED }, (_, i) =>
        record(from + i, performance.now().toFixed(6).padStart(20, '0') + filler),
      ),
    );
  await send(0);
  while (seen.count < PACED) await sleep(5); // the consumer group is ready
  latencyMs.length = 0;
  const { cpuUs } = await timed(async () => {
    let next = performance.now();
    for (let pace = 1; pace <= PACES; pace += 1) {
      await send(pace * PACED);
      next += PACE_MS;
      await sleep(Math.max(0, next - performance.now()));
    }
    while (seen.count < PACED * (PACES + 1)) await sleep(5);
  });
  await closed(subscription);
  return { latencyMs, pacedCpuUs: cpuUs / (PACED * PACES), wrong: seen.wrong };
}
