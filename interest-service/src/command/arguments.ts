import { type ParseArgsConfig, parseArgs } from 'node:util';
import { isBankDate } from '@core-exit/bank-contract';

/** What was typed cannot be understood; its message says what is due. */
export class WrongArguments extends Error {
  readonly code = 'WRONG_ARGUMENTS';
  override name = 'WrongArguments';
}

type Options = NonNullable<ParseArgsConfig['options']>;

/** Prints the help for `--help`, says what is wrong with exit code 2, else runs the command with what was typed. */
export async function withArguments<const Given extends Options>(
  args: string[],
  help: string,
  options: Given,
  run: (values: Values<Given>) => Promise<number>,
): Promise<number> {
  if (args.includes('--help')) {
    process.stdout.write(help);
    return 0;
  }
  try {
    const { values } = parseArgs({ args, options, strict: true, allowPositionals: false });
    return await run(values as unknown as Values<Given>);
  } catch (fault) {
    const wrong = fault instanceof WrongArguments || isParseFault(fault);
    if (!wrong) throw fault;
    process.stderr.write(`${(fault as Error).message}\n\n${help}`);
    return 2;
  }
}

type Values<Given extends Options> = {
  [Name in keyof Given]: (Given[Name]['type'] extends 'boolean' ? boolean : string) | undefined;
};

function isParseFault(fault: unknown): boolean {
  return String((fault as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS');
}

export function dateArgument(name: string, text: string): string {
  if (!isBankDate(text)) throw new WrongArguments(`--${name}: a date like 2026-10-31 is due, not "${text}"`);
  return text;
}

export function required(name: string, value: string | undefined): string {
  if (value === undefined || value === '') throw new WrongArguments(`--${name} is missing`);
  return value;
}
