import { parseArgs } from 'node:util';
import { minimalEnvironment } from '@core-exit/local-stack/bench';
import { EXIT } from '@core-exit/process/exit-codes';
import { BadInput, faultText } from '@core-exit/process/faults';
import { oneOf, wholeNumber } from '@core-exit/process/setting-readers';
import { BENCHES } from './benches.ts';
import type { BenchOptions } from './figures.ts';
import { FAULTS } from './gateway/faults.ts';
import { missingPrograms, missingText } from './prerequisites.ts';

const width = Math.max(...Object.keys(BENCHES).map((name) => name.length));
const HELP = `npm run bench -- NAME.. [--quick] [--accounts=N] [--fault=NAME ..]

${Object.entries(BENCHES)
  .map(([name, { about }]) => `  ${name.padEnd(width)}  ${about}`)
  .join('\n')}

  --quick       audit, engine, faults, gateway, gateway-memory, shadow and sweep: a short run, to check that they work
  --accounts=N  audit: number of accounts (default 100000)
  --fault=NAME  faults: only this fault, with three times as many rounds; may be repeated. The faults:
                ${Object.keys(FAULTS).join(' · ')}

Each bench prints medians and ranges of interleaved rounds.
Exit code: ${EXIT.done} every result was right, ${EXIT.found} a result was wrong (never because it was slow),
${EXIT.incomplete} a program is not installed and no bench was started, ${EXIT.badInput} the command line is not valid, ${EXIT.fault} a bench failed.
`;

const MAX_ACCOUNTS = 9_999_999;

/** Reads the command line. Throws a {@link BadInput} that lists every fault. */
function readArguments(args: string[]): { isHelp: boolean; names: string[]; options: BenchOptions } {
  const { values, positionals: names } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      accounts: { type: 'string' },
      fault: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  });
  const found: string[] = [];
  const check = <T>(what: string, text: string, read: (text: string) => T): T | undefined => {
    try {
      return read(text);
    } catch (error) {
      found.push(`${what} ${text}: ${(error as Error).message}`);
      return undefined;
    }
  };
  for (const name of names) check('bench', name, oneOf(Object.keys(BENCHES)));
  for (const fault of values.fault) check('--fault', fault, oneOf(Object.keys(FAULTS)));
  const accounts =
    values.accounts === undefined
      ? undefined
      : check('--accounts', values.accounts, wholeNumber(1, MAX_ACCOUNTS));
  if (found.length > 0) throw new BadInput('the command line (see --help)', found);
  return {
    isHelp: values.help || names.length === 0,
    names,
    options: { isQuick: values.quick, accounts, faults: values.fault },
  };
}

async function main(args: string[]): Promise<number> {
  const { isHelp, names, options } = readArguments(args);
  if (isHelp) {
    process.stdout.write(HELP);
    return EXIT.done;
  }
  const needed = names.flatMap((name) => BENCHES[name]?.needs ?? []);
  const missing = missingPrograms(needed, minimalEnvironment()['PATH'] ?? '');
  if (missing.length > 0) {
    process.stderr.write(missingText(missing));
    return EXIT.incomplete;
  }
  const right: boolean[] = [];
  for (const name of names) right.push((await BENCHES[name]?.run(options)) ?? false);
  return right.every(Boolean) ? EXIT.done : EXIT.found;
}

try {
  process.exit(await main(process.argv.slice(2)));
} catch (error) {
  const isBadInput =
    error instanceof BadInput || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
  process.stderr.write(`${faultText(error)}\n`);
  process.exit(isBadInput ? EXIT.badInput : EXIT.fault);
}
