import { maskAccountNo } from '@core-exit/bank-contract/server';
import type { Logger } from 'pino';
import type { EventStream, Publisher } from '../events/event-stream.ts';
import type { Topics } from '../events/topics.ts';
import type { Letter, LetterBox } from './redrive.ts';
import type { DeadLetters } from './tax-book.ts';

/** Which records became dead letters, and which of them were sent again. Their content is in the dead-letter topic. */
export type DeadLetterRegister = {
  /** A record that is already registered stays as it is. */
  add(letters: readonly { origin: string; eventId: string | null; cause: string }[]): Promise<void>;
  /** Those of the given origins that were sent again. */
  redriven(origins: readonly string[]): Promise<Set<string>>;
  /** Those of the given events that are booked. */
  booked(eventIds: readonly string[]): Promise<Set<string>>;
  markRedriven(origin: string): Promise<void>;
  /** Letters of events that the outbox has, with their content from there. */
  inOutbox(): Promise<Letter[]>;
  sendFromOutbox(eventId: string): Promise<void>;
};

/**
 * First the topic, then the register. A worker that dies between the two publishes the letter again, and its origin shows that
 * it is the same letter. Without Kafka there is no topic: the register has the event id, and the outbox still has the event.
 */
export function deadLetters(
  log: Logger,
  register: DeadLetterRegister,
  topic: { publisher: Publisher; name: string } | null,
): DeadLetters {
  return {
    async put(letters) {
      await topic?.publisher.publish(
        topic.name,
        letters.map(({ record, eventId, cause }) => ({
          key: record.key,
          value: record.value ?? '',
          headers: {
            ...record.headers,
            cause,
            origin: record.origin,
            ...(eventId !== null && { 'event-id': eventId }),
          },
        })),
      );
      await register.add(letters.map((letter) => ({ ...letter, origin: letter.record.origin })));
      for (const { record, eventId, cause } of letters) {
        log.error(
          { cause, eventId, origin: record.origin, account: maskAccountNo(record.key) },
          'dead letter: correct its cause, then run `interest-service redrive`',
        );
      }
    },
  };
}

/** The letters in the dead-letter topic. */
export function deadLetterTopic(
  stream: EventStream,
  topics: Topics,
  publisher: Publisher,
  register: DeadLetterRegister,
): LetterBox {
  return {
    ...register,
    async letters() {
      const letters = new Map<string, Letter>();
      for (const { key, value, headers } of await stream.readAll(topics.dead.name)) {
        const { origin = '', cause = '', 'event-id': eventId = null, ...others } = headers;
        if (letters.has(origin)) continue;
        letters.set(origin, { key, value: value ?? '', headers: others, origin, cause, eventId });
      }
      return [...letters.values()];
    },
    sendAgain: ({ key, value, headers, origin, eventId }) =>
      publisher.publish(topics.payouts.name, [
        {
          key,
          value,
          headers: { ...headers, ...(eventId !== null && { 'event-id': eventId }), 'redriven-from': origin },
        },
      ]),
  };
}

/** Without Kafka: the register has the event ids, and the outbox still has the events. */
export function deadLettersInOutbox(register: DeadLetterRegister): LetterBox {
  return {
    ...register,
    letters: () => register.inOutbox(),
    sendAgain: ({ eventId }) => register.sendFromOutbox(eventId ?? ''),
  };
}
