import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { acceptsConnections, freePort } from '../processes/ports.ts';
import type { Supervisor } from '../processes/supervisor.ts';
import { findJava } from './java.ts';
import { KAFKA_FILES, type KafkaJars, kafkaJars } from './kafka-jars.ts';
import { type AbsentPart, externalPart, LOOPBACK, type Part, type PartContext } from './part.ts';

const READY_WITHIN_MS = 60_000;

/** A broker with a handful of small topics; the C1 compiler and the serial collector start fastest. */
const JVM_OPTIONS = ['-Xms128m', '-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/**
 * For every Node process that loads kafkajs: 2.2.4 sets timers in the past, and Node prints a warning about it
 * between the log lines. Harmless: such a timer fires at once.
 */
export const QUIET_KAFKAJS = '--disable-warning=TimeoutNegativeWarning';

export type KafkaPart = Part & {
  readonly brokers: string[];
  /** Starts a broker of ours again after `stop`, at the same address and with all its records; else does nothing. */
  startAgain(): Promise<void>;
};

/** Starts Apache Kafka (one node, KRaft), or says why it cannot be had here. */
export async function startKafka(
  context: PartContext,
  options: { externalBrokers?: string[] | undefined } = {},
): Promise<KafkaPart | AbsentPart> {
  if (options.externalBrokers) {
    await coordinatorAnswers(context.supervisor, options.externalBrokers);
    // The protocol tells which calls a broker knows, not its version.
    return {
      ...externalPart('kafka', 'unknown', options.externalBrokers.join(',')),
      brokers: options.externalBrokers,
      startAgain: async () => undefined,
    };
  }
  const java = await findJava(context.javaHome);
  if ('absent' in java) return { absent: `no Kafka: ${java.absent}` };
  const jars = await kafkaJars(context);
  if ('absent' in jars) return { absent: `no Kafka: ${jars.absent}` };
  return await startBroker(context, java.java, jars);
}

async function startBroker({ supervisor }: PartContext, java: string, jars: KafkaJars): Promise<KafkaPart> {
  const begin = performance.now();
  const home = supervisor.run.directory('kafka');
  const port = await freePort();
  const properties = join(home, 'server.properties');
  writeFileSync(properties, serverProperties(join(home, 'data'), port, await freePort()));
  const jvm = (mainClass: string, args: string[]) => ({
    command: java,
    args: [
      ...JVM_OPTIONS,
      `-Dlog4j2.configurationFile=${join(KAFKA_FILES, 'log4j2.yaml')}`,
      '-cp',
      join(jars.directory, '*'),
      mainClass,
      ...args,
    ],
    cwd: home,
  });

  const clusterId = randomBytes(16).toString('base64url');
  await supervisor.complete({
    name: 'kafka-format',
    ...jvm('kafka.tools.StorageTool', ['format', `--cluster-id=${clusterId}`, '--config', properties]),
  });
  const brokers = [`${LOOPBACK}:${port}`];
  const start = async () => {
    const started = await supervisor.start({
      name: 'kafka',
      ...jvm('kafka.Kafka', [properties]),
      isReady: () => acceptsConnections(port),
      readyWithinMs: READY_WITHIN_MS,
    });
    await coordinatorAnswers(supervisor, brokers);
    return started;
  };
  let server = await start();
  return {
    name: 'kafka',
    version: jars.version,
    address: brokers.join(','),
    brokers,
    origin: 'started',
    startedInMs: Math.round(performance.now() - begin),
    stop: async () => void (await server.stop()),
    startAgain: async () => {
      server = await start();
    },
  };
}

function serverProperties(data: string, port: number, controllerPort: number): string {
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@${LOOPBACK}:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://${LOOPBACK}:${port},CONTROLLER://${LOOPBACK}:${controllerPort}`,
    'log.dirs': data,
    'num.partitions': 3, // more than one, so that order holds per account and nowhere else, as in production
    // One node carries everything, so nothing can be replicated.
    'default.replication.factor': 1,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 1,
    'group.initial.rebalance.delay.ms': 0, // the one consumer need not wait for others
    'log.retention.hours': 24,
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024, // its default of 128 MB does not fit the small heap
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/**
 * Ready means more than an open port: the coordinator of consumer groups answers too, else each first consumer
 * logs errors ("coordinator is not available") before it gets on. Asked by a process of its own, see there.
 */
async function coordinatorAnswers(supervisor: Supervisor, brokers: string[]): Promise<void> {
  await supervisor.complete({
    name: 'kafka-ready',
    command: process.execPath,
    args: [QUIET_KAFKAJS, join(import.meta.dirname, 'kafka-ready-main.ts'), ...brokers],
  });
}
