import type { Kafka, ProducerConfig, ProducerRecord } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { kafkaPublisher } from './publisher.kafka.ts';

/** A client that records its calls; the first `faults` sends fail. */
function noting(faults = 0) {
  const made: ProducerConfig[] = [];
  const sent: (ProducerRecord & { by: number })[] = [];
  const gone: number[] = [];
  let left = faults;
  const producer = (config: ProducerConfig) => {
    const by = made.push(config);
    return {
      connect: async () => undefined,
      disconnect: async () => void gone.push(by),
      send: async (record: ProducerRecord) => {
        sent.push({ ...record, by });
        if (left-- > 0) throw new Error('no answer');
      },
    };
  };
  return { made, sent, gone, publisher: kafkaPublisher({ producer } as unknown as Kafka) };
}

const RECORD = { key: '110000000001', value: '{}', headers: {} };

describe('the publisher by kafkajs', () => {
  it('is idempotent, sends one request after the other and waits for all in-sync replicas', async () => {
    const { made, sent, publisher } = noting();
    await publisher.publish('events', [RECORD]);
    await publisher.publish('events', [RECORD]);
    expect(made).toMatchObject([{ idempotent: true, maxInFlightRequests: 1 }]);
    expect(sent).toMatchObject([
      { topic: 'events', acks: -1, messages: [RECORD], by: 1 },
      { acks: -1, by: 1 },
    ]);
  });

  it('throws the fault and continues with another producer, because the broker could take the next batch of the old one for a duplicate', async () => {
    const { sent, gone, publisher } = noting(1);
    await expect(publisher.publish('events', [RECORD])).rejects.toThrow('no answer');
    await publisher.publish('events', [RECORD]);
    expect(sent.map(({ by }) => by)).toEqual([1, 2]);
    expect(gone).toEqual([1]);
    await publisher.close();
    expect(gone).toEqual([1, 2]);
  });
});
