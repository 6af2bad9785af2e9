import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { acceptsConnections, freePort } from '../processes/ports.ts';
import type { Supervisor } from '../processes/supervisor.ts';
import { findJava } from './java.ts';
import { KAFKA_FILES, type KafkaJars, kafkaJars } from './kafka-jars.ts';
import { type AbsentPart, externalPart, LOOPBACK, type Part, type PartContext } from './part.ts';

/** For a broker with a few small topics. The C1 compiler and the serial collector start fastest. */
const JVM_OPTIONS = ['-Xms128m', '-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/**
 * For each Node process that loads kafkajs. Version 2.2.4 sets timers in the past, and Node prints a warning between the log
 * lines. Such a timer fires at once, so the warning has no consequence.
 */
export const QUIET_KAFKAJS = '--disable-warning=TimeoutNegativeWarning';

export type KafkaPart = Part & {
  readonly brokers: string[];
  /** Starts a started broker again after `stop`, at the same address and with all its records. Does nothing to an external one. */
  startAgain(): Promise<void>;
};

/** Starts Apache Kafka (one node, KRaft), or returns why Kafka is not available on this machine. */
export async function startKafka(
  context: PartContext,
  options: { externalBrokers?: string[] | null } = {},
): Promise<KafkaPart | AbsentPart> {
  if (options.externalBrokers) {
    await coordinatorAnswers(context.supervisor, options.externalBrokers);
    // The protocol has a list of the requests that a broker knows, but not its version.
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
    'num.partitions': 3, // more than one, so that the order holds only within an account, as in production
    // One node has all partitions, so there are no replicas.
    'default.replication.factor': 1,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 1,
    'group.initial.rebalance.delay.ms': 0, // a single consumer does not wait for others
    'log.retention.hours': 24,
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024, // the default of 128 MB does not fit into the small heap
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/**
 * A broker is ready when the coordinator of consumer groups answers, which is later than the open port. Before that, the
 * first consumers log errors ("coordinator is not available"). A separate program sends the request, so that its retries
 * do not print between the lines of the stack.
 */
async function coordinatorAnswers(supervisor: Supervisor, brokers: string[]): Promise<void> {
  await supervisor.complete({
    name: 'kafka-ready',
    command: process.execPath,
    args: [QUIET_KAFKAJS, join(import.meta.dirname, 'kafka-ready-main.ts'), ...brokers],
  });
}
