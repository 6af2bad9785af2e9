import { parseArgs } from 'node:util';
import { ACCOUNT_NO_PATTERN, isBankDate } from '@core-exit/bank-contract';
import type { Doubted } from './cores/capture.sql.ts';

export const HELP = `Runs cases of interest, tax and day count, and says where a core differs.

  npm run --silent cases -- run PATH.. [--target domain|new|legacy|both] [--stack FILE] [--json]
  npm run --silent cases -- generate [--stack FILE]
  npm run --silent cases -- capture ACCOUNT --date YYYY-MM-DD --seq N [--stack FILE]
  npm run --silent cases -- schema

  run        files or folders of .json (a row or an array of rows) and .jsonl (a row a line)
    --target   domain: the new core's rules in this process (default); new, legacy, both: running cores over HTTP
    --stack    the JSON line of "npm run --silent stack -- --json", in a file or on standard input (-);
               without it CASES_STACK, and without that a stack is started and stopped
    --json     one line of JSON a case, and a last one with the counts
  generate   writes the matrix: inputs, and the answer on which both cores agree
  capture    prints the given of a row: what an account was at a basis, without who it belongs to
  schema     prints the JSON Schema of a row

  exit code: 0 all rows pass, 1 a row fails, 2 a bad row, file or argument
`;

const TARGETS = ['domain', 'new', 'legacy', 'both'] as const;
export type Target = (typeof TARGETS)[number];

export type Arguments =
  | { command: 'help' }
  | { command: 'schema' }
  | { command: 'generate'; stack: string | null }
  | { command: 'capture'; doubted: Doubted; stack: string | null }
  | { command: 'run'; paths: string[]; target: Target; stack: string | null; json: boolean };

class BadArguments extends Error {
  readonly code = 'BAD_ARGUMENTS';

  constructor(message: string) {
    super(`${message}\nnext: see --help`);
  }
}

/** Throws {@link BadArguments}. */
export function readArguments(argv: string[]): Arguments {
  const { values, positionals } = parse(argv);
  const [command, ...paths] = positionals;
  if (values.help === true || command === undefined) return { command: 'help' };
  const stack = values.stack ?? null;
  if (command === 'schema') return { command };
  if (command === 'generate') return { command, stack };
  if (command === 'capture') return { command, stack, doubted: readBasis(paths, values) };
  if (command !== 'run') throw new BadArguments(`unknown command "${command}"`);
  if (paths.length === 0) throw new BadArguments('run takes at least one file or folder');
  const target = TARGETS.find((name) => name === (values.target ?? 'domain'));
  if (target === undefined) throw new BadArguments(`--target is one of ${TARGETS.join(', ')}`);
  return { command, paths, target, stack, json: values.json ?? false };
}

function readBasis(
  [accountNo = '', ...more]: string[],
  { date = '', seq = '' }: { date?: string; seq?: string },
): Doubted {
  if (more.length > 0 || !new RegExp(ACCOUNT_NO_PATTERN).test(accountNo))
    throw new BadArguments('capture takes one account number of twelve digits');
  if (!isBankDate(date) || !/^[0-9]{1,18}$/.test(seq))
    throw new BadArguments('capture takes the basis of the answer: --date and --seq');
  return { accountNo, businessDate: date, ledgerSeq: seq };
}

function parse(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        target: { type: 'string' },
        stack: { type: 'string' },
        date: { type: 'string' },
        seq: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new BadArguments((error as Error).message);
  }
}
