import { CompressionTypes, type Kafka, Partitioners, type Producer } from 'kafkajs';
import type { EventRecord, Publisher } from './event-stream.ts';

/** Both together stay under the server's limit for an idle transaction, because the relay publishes inside a transaction. */
const ACK_TIMEOUT_MS = 5_000;
const RETRIES = 2;

/** Writes with acknowledgements of all in-sync replicas and with the broker's own check against duplicates. */
export function kafkaPublisher(kafka: Kafka): Publisher {
  let current: Promise<Producer> | null = null;

  const producer = (): Promise<Producer> => {
    current ??= (async () => {
      const made = kafka.producer({
        idempotent: true,
        maxInFlightRequests: 1,
        createPartitioner: Partitioners.DefaultPartitioner,
        retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: RETRIES },
      });
      await made.connect();
      return made;
    })();
    return current;
  };

  /**
   * After a fault it is unknown whether the broker has the batch. kafkajs would give the next batch the same sequence number,
   * and a broker that has the first batch would take another batch of the same size for a duplicate: its events would be
   * acknowledged and never written. A new producer has a new id, so that the worst case is a true duplicate.
   */
  const forget = async (): Promise<void> => {
    const broken = current;
    current = null;
    await broken?.then((made) => made.disconnect()).catch(() => undefined);
  };

  return {
    async publish(topic: string, records: readonly EventRecord[]): Promise<void> {
      try {
        await (await producer()).send({
          topic,
          acks: -1,
          timeout: ACK_TIMEOUT_MS,
          compression: CompressionTypes.None,
          messages: records.map(({ key, value, headers }) => ({ key, value, headers })),
        });
      } catch (fault) {
        await forget();
        throw fault;
      }
    },
    close: forget,
  };
}
