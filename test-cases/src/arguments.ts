import { parseArgs } from 'node:util';
import { ACCOUNT_NO_PATTERN, isBankDate } from '@core-exit/bank-contract';
import { BadInput } from '@core-exit/process/faults';
import type { AccountBasis } from './cores/capture.sql.ts';

export const USAGE = `npm run --silent cases -- run PATH.. [--target domain|new|legacy|both] [--stack FILE] [--json]
npm run --silent cases -- generate [--stack FILE]
npm run --silent cases -- capture ACCOUNT --date YYYY-MM-DD --seq N [--stack FILE]
npm run --silent cases -- schema

PATH is a file or a folder of .json (one row or an array of rows) and .jsonl (one row in each line).
  --target   domain: the new core's rules in this process (default); new, legacy, both: running cores over HTTP
  --stack    the JSON line of "npm run --silent stack -- --json", in a file or on standard input (-);
             default: CASES_STACK; without both, the runner starts a stack and stops it
  --json     one line of JSON for each case, and a last line with the counts

exit code: 0 every row passes, 1 a row fails, 2 interrupted, 3 a bad row, file or argument, 4 a fault`;

const TARGETS = ['domain', 'new', 'legacy', 'both'] as const;
export type Target = (typeof TARGETS)[number];

export type RunArguments = { paths: string[]; target: Target; stack: string | null; json: boolean };

export function readRunArguments(args: string[]): RunArguments {
  const { values, positionals: paths } = parse(args);
  const found: string[] = [];
  if (paths.length === 0) found.push('run needs at least one file or folder');
  const target = TARGETS.find((name) => name === (values.target ?? 'domain'));
  if (target === undefined) found.push(`--target must be one of ${TARGETS.join(', ')}`);
  if (target === undefined || found.length > 0) throw badArguments(...found);
  return { paths, target, stack: values.stack ?? null, json: values.json ?? false };
}

export function readStackArgument(args: string[]): string | null {
  const { values, positionals } = parse(args);
  if (positionals.length > 0) throw badArguments(`unexpected argument "${positionals[0]}"`);
  return values.stack ?? null;
}

export function readCaptureArguments(args: string[]): { basis: AccountBasis; stack: string | null } {
  const { values, positionals } = parse(args);
  const [accountNo = '', ...more] = positionals;
  const { date = '', seq = '', stack = null } = values;
  const found: string[] = [];
  if (more.length > 0 || !new RegExp(ACCOUNT_NO_PATTERN).test(accountNo))
    found.push('capture needs one account number of twelve digits');
  if (!isBankDate(date) || !/^[0-9]{1,18}$/.test(seq))
    found.push('capture needs the basis of the answer: --date and --seq');
  if (found.length > 0) throw badArguments(...found);
  return { basis: { accountNo, businessDate: date, ledgerSeq: seq }, stack };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        target: { type: 'string' },
        stack: { type: 'string' },
        date: { type: 'string' },
        seq: { type: 'string' },
        json: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw badArguments((error as Error).message);
  }
}

function badArguments(...found: string[]): BadInput {
  return new BadInput('the command line (see --help)', found);
}
