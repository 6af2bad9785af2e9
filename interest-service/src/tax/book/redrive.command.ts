import { maskAccountNo } from '@core-exit/bank-contract/server';
import type { Command } from '@core-exit/process/commands';
import { pino } from 'pino';
import type { DataSource } from 'typeorm';
import { WrongArguments, withArguments } from '../../command/arguments.ts';
import { withBooks } from '../../command/books.ts';
import type { Config } from '../../config.ts';
import { topicsOf } from '../events/topics.ts';
import { eventLog } from '../tax-worker.process.ts';
import { deadLetterRegister } from './dead-letters.sql.ts';
import { deadLettersInOutbox, deadLetterTopic } from './dead-letters.ts';
import { type Letter, type LetterBox, type Redriven, redrive } from './redrive.ts';

const HELP = `interest-service redrive [--all | --origin ORIGIN] [--dry-run] [--json]

Lists the dead letters with their cause. --all sends all that are still dead once more to where they came from,
--origin the one that came from there (topic:partition:offset); --dry-run says what would be sent. First correct the
cause: release a worker that understands them, or bring in what was missing. Sending twice does no harm.

Exit code 0: none is dead any more. 1: some are, or one was asked for and there is none such.
`;

export const redriveCommand: Command = {
  about: 'lists dead letters of the tax path and sends them again',
  run: (args) =>
    withArguments(
      args,
      HELP,
      {
        all: { type: 'boolean' },
        origin: { type: 'string' },
        'dry-run': { type: 'boolean' },
        json: { type: 'boolean' },
      },
      async ({ all = false, origin, json = false, 'dry-run': dryRun = false }) => {
        if (all && origin !== undefined) throw new WrongArguments('--all or --origin, not both');
        const wanted = (letter: Letter) => all || letter.origin === origin;
        const done = await withBooks('redrive', (source, config) =>
          withLetterBox(source, config, (box) => redrive(box, wanted, { dryRun })),
        );
        process.stdout.write(json ? jsonOf(done) : pageOf(done, dryRun));
        if (origin !== undefined && !done.some(({ letter }) => letter.origin === origin)) {
          process.stderr.write(`no dead letter came from ${origin}: the list above has all there are\n`);
          return 1;
        }
        return done.some(({ state, sent }) => state === 'dead' && (!sent || dryRun)) ? 1 : 0;
      },
    ),
};

async function withLetterBox<T>(
  source: DataSource,
  config: Config,
  work: (box: LetterBox) => Promise<T>,
): Promise<T> {
  const register = deadLetterRegister(source);
  if (config.kafkaBrokers.length === 0) return await work(deadLettersInOutbox(register));
  const topics = topicsOf(config.kafkaPrefix);
  const log = pino({ level: config.logLevel, base: { service: 'interest-redrive' } }, pino.destination(2));
  const kafka = await eventLog(config, 'interest-redrive', log, topics);
  const publisher = await kafka.publisher();
  try {
    return await work(deadLetterTopic(kafka, topics, publisher, register));
  } finally {
    await publisher.close();
  }
}

function jsonOf(done: Redriven): string {
  return done
    .map(({ letter: { origin, cause, eventId }, state, sent }) =>
      JSON.stringify({ origin, cause, eventId, state, sent }),
    )
    .map((line) => `${line}\n`)
    .join('');
}

function pageOf(done: Redriven, dryRun: boolean): string {
  if (done.length === 0) return 'no dead letters\n';
  const lines = done.map(({ letter, state, sent }) => {
    const now = sent ? (dryRun ? 'would be sent' : 'sent again') : state;
    return `${now.padEnd(14)} ${letter.origin}  ${maskAccountNo(letter.key)}  ${letter.eventId ?? 'no event id'}\n  ${letter.cause}\n`;
  });
  return `${lines.join('')}${done.filter(({ sent }) => sent).length} of ${done.length} ${dryRun ? 'would be ' : ''}sent\n`;
}
