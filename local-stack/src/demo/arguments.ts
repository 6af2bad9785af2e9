import { wholeNumber } from '@core-exit/process/setting-readers';
import { waitSeconds } from '../config.ts';
import { ArgumentCheck, parseOptions } from '../stack/arguments.ts';

export const HELP = `Moves a bank's interest payouts from the legacy core to the new service, on this machine, with real parts.

  npm start                           shows the move, then stays up and prints addresses and commands to try
  npm start -- --once --report FILE   the same, but writes the report and ends: exit code 0 only if all proofs hold

  --accounts N        synthetic customers with one account each (default 5000)
  --stage-seconds N   shortest time in each stage (default 6)
  --seed N            seed of the customers' random choices (default 1)
  --wait SECONDS      how long a part or a service may take to start (default 180); more on a slow machine
  --keep              keep the run's data and logs after the end
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
      /** Null: not given. */
      waitSeconds: number | null;
    };

/** Throws a BadInput that lists every fault. */
export function readDemoArguments(argv: string[]): DemoArguments {
  const values = parseOptions(argv, {
    once: { type: 'boolean' },
    report: { type: 'string' },
    accounts: { type: 'string' },
    'stage-seconds': { type: 'string' },
    seed: { type: 'string' },
    wait: { type: 'string' },
    keep: { type: 'boolean' },
    help: { type: 'boolean' },
  });
  if (values.help) return { kind: 'help' };
  const check = new ArgumentCheck();
  const read: DemoArguments = {
    kind: 'run',
    once: values.once ?? false,
    report: values.report ?? null,
    accounts: check.read('--accounts', values.accounts ?? '5000', wholeNumber(1_000, 1_000_000)),
    stageSeconds: check.read('--stage-seconds', values['stage-seconds'] ?? '6', wholeNumber(2, 600)),
    seed: check.read('--seed', values.seed ?? '1', wholeNumber(0, 4_294_967_295)),
    keep: values.keep ?? false,
    waitSeconds: values.wait === undefined ? null : check.read('--wait', values.wait, waitSeconds),
  };
  check.throwIfFaulty();
  return read;
}
