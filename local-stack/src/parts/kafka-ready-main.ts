// Ends with 0 as soon as the brokers given as arguments answer and coordinate consumer groups, else with 1.
import kafkajs from 'kafkajs';
import { until } from '../processes/until.ts';

/** A broker whose port is open needs a second or two for the rest. */
const READY_WITHIN_MS = 30_000;

const client = new kafkajs.Kafka({
  clientId: 'local-stack',
  brokers: process.argv.slice(2),
  connectionTimeout: 1_000,
  retry: { retries: 2, initialRetryTime: 50 },
  logLevel: kafkajs.logLevel.NOTHING, // "not yet" is no error here
});
const admin = client.admin();
const coordinates = async () => {
  await admin.connect();
  await admin.describeCluster(); // learns the brokers; without it kafkajs has none to ask
  return await admin.fetchOffsets({ groupId: 'local-stack-readiness' });
};
await until(coordinates, { timeoutMs: READY_WITHIN_MS, what: 'an answer of the group coordinator' });
await admin.disconnect();
