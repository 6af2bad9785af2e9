import { maskAccountNo } from '@core-exit/bank-contract/server';
import type { Command } from '@core-exit/process/commands';
import { EXIT } from '@core-exit/process/exit-codes';
import { serviceLog } from '@core-exit/process/log';
import type { DataSource } from 'typeorm';
import { badArguments, withArguments } from '../../command/arguments.ts';
import { withDatabase } from '../../command/batch.ts';
import { REPORT_LIMITS } from '../../ledger/data-source.ts';
import { openEventStream } from '../events/event-stream.kafka.ts';
import { topicsOf } from '../events/topics.ts';
import { deadLetterRegister } from './dead-letters.sql.ts';
import { deadLettersInOutbox, deadLetterTopic } from './dead-letters.ts';
import { type Letter, type LetterBox, type Redriven, redrive } from './redrive.ts';

const HELP = `interest-service redrive [--all | --origin ORIGIN] [--dry-run] [--json]

Lists the dead letters with their cause. --all sends all letters that are still dead to the topic from which they came;
--origin sends the letter with that origin (topic:partition:offset); --dry-run prints what would be sent. First correct the
cause: release a worker that can read the letters, or add what was missing. To send a letter twice does no harm.

Exit code 0: no letter is dead any more. 1: letters are still dead. 3: the command line or the environment is not valid, or
no letter has that origin.
`;

type Settings = { databaseUrl: string; kafkaBrokers: string[]; kafkaPrefix: string; logLevel: string };
type Options = { all: boolean; origin: string | undefined; dryRun: boolean; json: boolean };

export function redriveCommand(settings: () => Settings): Command {
  return {
    takesArguments: 'own-help',
    about: 'lists dead letters of tax events and sends them again',
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
        ({ all = false, origin, json = false, 'dry-run': dryRun = false }) => {
          if (all && origin !== undefined) throw badArguments('give --all or --origin, not both');
          return run(settings(), { all, origin, dryRun, json });
        },
      ),
  };
}

async function run(settings: Settings, { all, origin, dryRun, json }: Options): Promise<number> {
  const wanted = (letter: Letter) => all || letter.origin === origin;
  const done = await withDatabase(
    settings.databaseUrl,
    'interest-redrive',
    (source) => withLetterBox(source, settings, (box) => redrive(box, wanted, { dryRun })),
    REPORT_LIMITS,
  );
  process.stdout.write(json ? jsonOf(done) : pageOf(done, dryRun));
  if (origin !== undefined && !done.some(({ letter }) => letter.origin === origin)) {
    throw badArguments(`--origin: no dead letter came from ${origin}; standard output lists all letters`);
  }
  return done.some(({ state, sent }) => state === 'dead' && (!sent || dryRun)) ? EXIT.found : EXIT.done;
}

async function withLetterBox<T>(
  source: DataSource,
  settings: Settings,
  work: (box: LetterBox) => Promise<T>,
): Promise<T> {
  const register = deadLetterRegister(source);
  if (settings.kafkaBrokers.length === 0) return await work(deadLettersInOutbox(register));
  const topics = topicsOf(settings.kafkaPrefix);
  const log = serviceLog('interest-redrive', settings.logLevel, 'error');
  const stream = await openEventStream(settings.kafkaBrokers, 'interest-redrive', log, topics);
  const publisher = await stream.publisher();
  try {
    return await work(deadLetterTopic(stream, topics, publisher, register));
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
