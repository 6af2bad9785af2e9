import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { ReceivedRecord } from './event-stream.ts';

export function received(topic: string, partition: number, message: KafkaMessage): ReceivedRecord {
  return {
    key: message.key?.toString() ?? '',
    value: message.value?.toString() ?? null,
    headers: readHeaders(message.headers ?? {}),
    origin: `${topic}:${partition}:${message.offset}`,
  };
}

/** Of a header that occurs twice, the last one counts. */
function readHeaders(headers: IHeaders): Record<string, string> {
  const read: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined) read[name] = last.toString();
  }
  return read;
}
