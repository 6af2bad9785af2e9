// Ends with code 0 when the brokers in its arguments answer and coordinate consumer groups. The supervisor ends this program
// at the limit of the run.
import kafkajs from 'kafkajs';
import { until } from '../processes/until.ts';

const client = new kafkajs.Kafka({
  clientId: 'local-stack',
  brokers: process.argv.slice(2),
  connectionTimeout: 1_000,
  retry: { retries: 2, initialRetryTime: 50 },
  logLevel: kafkajs.logLevel.NOTHING, // a broker that is not ready yet is no error here
});
const admin = client.admin();
const coordinates = async () => {
  await admin.connect();
  await admin.describeCluster(); // kafkajs learns the brokers from this request
  return await admin.fetchOffsets({ groupId: 'local-stack-readiness' });
};
await until(coordinates, { timeoutMs: Number.POSITIVE_INFINITY });
await admin.disconnect();
