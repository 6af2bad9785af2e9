import { type ParseArgsConfig, parseArgs } from 'node:util';
import { isBankDate } from '@core-exit/bank-contract';
import { EXIT } from '@core-exit/process/exit-codes';
import { BadInput } from '@core-exit/process/faults';

type Options = NonNullable<ParseArgsConfig['options']>;

/**
 * Runs a command with its options, or prints its help for `--help`. Throws {@link BadInput} for a command line that is not
 * valid.
 */
export async function withArguments<const Given extends Options>(
  args: string[],
  help: string,
  options: Given,
  run: (values: Values<Given>) => Promise<number>,
): Promise<number> {
  if (args.includes('--help')) {
    process.stdout.write(help);
    return EXIT.done;
  }
  return await run(parse(args, options));
}

type Values<Given extends Options> = {
  [Name in keyof Given]: (Given[Name]['type'] extends 'boolean' ? boolean : string) | undefined;
};

function parse<const Given extends Options>(args: string[], options: Given): Values<Given> {
  try {
    const { values } = parseArgs({ args, options, strict: true, allowPositionals: false });
    return values as unknown as Values<Given>;
  } catch (fault) {
    throw badArguments((fault as Error).message);
  }
}

export function badArguments(found: string): BadInput {
  return new BadInput('the command line', [`${found} (--help shows the options)`]);
}

export function dateArgument(name: string, text: string): string {
  if (!isBankDate(text)) throw badArguments(`--${name} must be a date such as 2026-10-31, not "${text}"`);
  return text;
}

export function requiredArgument(name: string, value: string | undefined): string {
  if (value === undefined || value === '') throw badArguments(`--${name} is missing`);
  return value;
}
