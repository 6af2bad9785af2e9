import { parseArgs } from 'node:util';
import { BadInput } from '@core-exit/process/faults';
import { oneOf, wholeNumber } from '@core-exit/process/setting-readers';
import { waitSeconds } from '../config.ts';

export const HELP = `Starts the whole bank on this machine: parts, services, customers. Ctrl-C or SIGTERM ends it.

  npm run stack                      prints what runs where, and commands to try
  npm run --silent stack -- --json   prints one line of JSON on standard output when everything is ready

  --accounts N    synthetic customers with one account each (default 5000)
  --stage NAME    the first stage of the rollout: off shadow team staff ramp-1 ramp-10 ramp-50 ramp-90 full
                  (default shadow)
  --wait SECONDS  how long a part or a service may take to start (default 180); more on a slow machine
  --log LEVEL     log level of all services (default warn); logs are in the run's directory
  --keep          keep the run's data and logs after the end
  --help

DATABASE_URL, REDIS_URL, KAFKA_BROKERS, UNLEASH_URL (with UNLEASH_ADMIN_TOKEN and UNLEASH_TOKEN) and
SLACK_WEBHOOK_URL each replace the part of their kind.
`;

export type Arguments =
  | { kind: 'help' }
  | {
      kind: 'start';
      json: boolean;
      accounts: number;
      stage: string;
      logLevel: string;
      keep: boolean;
      /** Null: not given. */
      waitSeconds: number | null;
    };

/** With fewer accounts, twenty customers with interest to collect are not certain. */
const MIN_ACCOUNTS = 100;
const MAX_ACCOUNTS = 10_000_000;
const DEFAULT_ACCOUNTS = '5000';
/** The rollout's names. They are checked here, so that a wrong name is refused before the start of the parts. */
const STAGES = ['off', 'shadow', 'team', 'staff', 'ramp-1', 'ramp-10', 'ramp-50', 'ramp-90', 'full'];

/** Throws a {@link BadInput} that lists every fault. */
export function readArguments(argv: string[], defaultStage: string): Arguments {
  const values = parseOptions(argv, {
    json: { type: 'boolean' },
    accounts: { type: 'string' },
    stage: { type: 'string' },
    wait: { type: 'string' },
    log: { type: 'string' },
    keep: { type: 'boolean' },
    help: { type: 'boolean' },
  });
  if (values.help) return { kind: 'help' };
  const check = new ArgumentCheck();
  const accounts = values.accounts ?? DEFAULT_ACCOUNTS;
  const read: Arguments = {
    kind: 'start',
    json: values.json ?? false,
    accounts: check.read('--accounts', accounts, wholeNumber(MIN_ACCOUNTS, MAX_ACCOUNTS)),
    stage: check.read('--stage', values.stage ?? defaultStage, oneOf(STAGES)),
    logLevel: values.log ?? 'warn',
    keep: values.keep ?? false,
    waitSeconds: values.wait === undefined ? null : check.read('--wait', values.wait, waitSeconds),
  };
  check.throwIfFaulty();
  return read;
}

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>;

/** As `parseArgs`, but an unknown option is a {@link BadInput}. */
export function parseOptions<const O extends Options>(args: string[], options: O) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw badArguments([(error as Error).message]);
  }
}

/** Reads arguments and collects their faults. */
export class ArgumentCheck {
  readonly #found: string[] = [];

  read<T>(name: string, value: string, read: (text: string) => T): T {
    try {
      return read(value);
    } catch (error) {
      this.#found.push(`${name}: ${(error as Error).message}`);
      return undefined as T; // never used: throwIfFaulty throws
    }
  }

  throwIfFaulty(): void {
    if (this.#found.length > 0) throw badArguments(this.#found);
  }
}

const badArguments = (found: string[]) => new BadInput('the command line (see --help)', found);
