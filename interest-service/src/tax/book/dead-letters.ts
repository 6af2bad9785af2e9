import { maskAccountNo } from '@core-exit/bank-contract/server';
import type { Logger } from 'pino';
import type { EventLog, Publisher } from '../events/event-stream.ts';
import type { Topics } from '../events/topics.ts';
import type { DeadLetterRegister } from './dead-letters.sql.ts';
import type { Letter, LetterBox } from './redrive.ts';
import type { DeadLetters } from './tax-book.ts';

/**
 * First the topic, then the register: dying between the two publishes a letter again, and its origin tells that it is
 * the same one. Without Kafka there is no topic: the register names the event, and the outbox still has it.
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
          'dead letter: correct its cause, then `interest-service redrive`',
        );
      }
    },
  };
}

/** The letters in the dead-letter topic. */
export function deadLetterTopic(
  log: EventLog,
  topics: Topics,
  publisher: Publisher,
  register: DeadLetterRegister,
): LetterBox {
  return {
    ...register,
    async letters() {
      const letters = new Map<string, Letter>();
      for (const { key, value, headers } of await log.readAll(topics.dead.name)) {
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

/** Without Kafka the register tells which events they are, and the outbox still has them. */
export function deadLettersInOutbox(register: DeadLetterRegister): LetterBox {
  return {
    ...register,
    letters: () => register.inOutbox(),
    sendAgain: ({ eventId }) => register.sendFromOutbox(eventId ?? ''),
  };
}
