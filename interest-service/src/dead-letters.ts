import type { Logger } from 'pino';
import { maskAccountNo } from '../contract/server/index.ts';
import type { DeadLetterRegister } from './db/dead-letter-register.ts';
import type { Publisher } from './flows/event-log.ts';
import type { DeadLetters } from './flows/tax-posting.ts';

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
