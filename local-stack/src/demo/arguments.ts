import { parseArgs } from 'node:util';
import { BadArguments } from '../stack/arguments.ts';

export const HELP = `Moves a bank's interest payouts from the legacy core to the new service, on this machine, with real parts.

  npm start                                 shows it, then stays up and tells where to look
  npm start -- --once --report FILE         the same, writes the report and ends: exit 0 only if all proofs hold

  --accounts N        synthetic customers with one account each (default 5000)
  --stage-seconds N   shortest time in each stage (default 6)
  --seed N            of the customers' random choices (default 1)
  --keep              keep the run's data and logs afterwards
  --help
`;

export type DemoArguments =
  | { kind: 'help' }
  | {
      kind: 'run';
      once: boolean;
      report: string | null;
      accounts: number;
      stageSeconds: number;
      seed: number;
      keep: boolean;
    };

/** Throws {@link BadArguments}. */
export function readDemoArguments(argv: string[]): DemoArguments {
  const values = parse(argv);
  if (values.help) return { kind: 'help' };
  return {
    kind: 'run',
    once: values.once ?? false,
    report: values.report ?? null,
    accounts: wholeNumber('--accounts', values.accounts ?? '5000', 1_000, 1_000_000),
    stageSeconds: wholeNumber('--stage-seconds', values['stage-seconds'] ?? '6', 2, 600),
    seed: wholeNumber('--seed', values.seed ?? '1', 0, 4_294_967_295),
    keep: values.keep ?? false,
  };
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^[0-9]+$/.test(text) || value < least || value > most) {
    throw new BadArguments(`${name} takes a whole number from ${least} to ${most}`);
  }
  return value;
}

function parse(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      options: {
        once: { type: 'boolean' },
        report: { type: 'string' },
        accounts: { type: 'string' },
        'stage-seconds': { type: 'string' },
        seed: { type: 'string' },
        keep: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new BadArguments((error as Error).message);
  }
}
