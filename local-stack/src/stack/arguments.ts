import { parseArgs } from 'node:util';
import { Fault } from '../fault.ts';

export const HELP = `Starts the whole bank on this machine: parts, services, customers. Ends on Ctrl-C or SIGTERM.

  npm run stack                      with a table of what runs where
  npm run --silent stack -- --json   one line of JSON on standard output when everything is ready

  --accounts N   synthetic customers with one account each (default 5000)
  --stage NAME   the stage of the rollout to begin in: off shadow team staff ramp-1 ramp-10 ramp-50 ramp-90 full
                 (default shadow)
  --log LEVEL    of all services (default warn); logs are in the run's directory
  --keep         keep the run's data and logs afterwards
  --help

DATABASE_URL, REDIS_URL, KAFKA_BROKERS, UNLEASH_URL (with UNLEASH_ADMIN_TOKEN and UNLEASH_TOKEN) and
SLACK_WEBHOOK_URL replace the part of their kind.
`;

export type Arguments =
  | { kind: 'help' }
  | { kind: 'start'; json: boolean; accounts: number; stage: string; logLevel: string; keep: boolean };

export class BadArguments extends Fault {
  constructor(message: string) {
    super('BAD_ARGUMENTS', message, 'see --help');
  }
}

/** Fewer do not make sure that twenty of them have interest to collect. */
const FEWEST_ACCOUNTS = 100;
const MOST_ACCOUNTS = 10_000_000;
const DEFAULT_ACCOUNTS = '5000';
/** As the rollout names them; asked here, before ten seconds of starting. */
const STAGES = ['off', 'shadow', 'team', 'staff', 'ramp-1', 'ramp-10', 'ramp-50', 'ramp-90', 'full'];

/** Throws {@link BadArguments}. */
export function readArguments(argv: string[], defaultStage: string): Arguments {
  const values = parse(argv);
  if (values.help) return { kind: 'help' };
  const accounts = Number(values.accounts ?? DEFAULT_ACCOUNTS);
  if (!Number.isInteger(accounts) || accounts < FEWEST_ACCOUNTS || accounts > MOST_ACCOUNTS) {
    throw new BadArguments(`--accounts takes a whole number from ${FEWEST_ACCOUNTS} to ${MOST_ACCOUNTS}`);
  }
  const stage = values.stage ?? defaultStage;
  if (!STAGES.includes(stage)) throw new BadArguments(`--stage takes one of ${STAGES.join(' ')}`);
  return {
    kind: 'start',
    json: values.json ?? false,
    accounts,
    stage,
    logLevel: values.log ?? 'warn',
    keep: values.keep ?? false,
  };
}

function parse(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      options: {
        json: { type: 'boolean' },
        accounts: { type: 'string' },
        stage: { type: 'string' },
        log: { type: 'string' },
        keep: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new BadArguments((error as Error).message);
  }
}
