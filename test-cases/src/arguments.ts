import { parseArgs } from 'node:util';

export const HELP = `Runs cases of interest, tax and day count, and says where a core differs.

  npm run --silent cases -- run PATH.. [--target domain|new|legacy|both] [--stack FILE] [--json]
  npm run --silent cases -- generate [--stack FILE]
  npm run --silent cases -- schema

  run        files or folders of .json (a row or an array of rows) and .jsonl (a row a line)
    --target   domain: the new core's rules in this process (default); new, legacy, both: running cores over HTTP
    --stack    the JSON line of "npm run --silent stack -- --json", in a file or on standard input (-);
               without it CASES_STACK, and without that a stack is started and stopped
    --json     one line of JSON a case, and a last one with the counts
  generate   writes the matrix: inputs, and the answer on which both cores agree
  schema     prints the JSON Schema of a row

  exit code: 0 all rows pass, 1 a row fails, 2 a bad row, file or argument
`;

const TARGETS = ['domain', 'new', 'legacy', 'both'] as const;
export type Target = (typeof TARGETS)[number];

export type Arguments =
  | { command: 'help' }
  | { command: 'schema' }
  | { command: 'generate'; stack: string | null }
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
  if (command !== 'run') throw new BadArguments(`unknown command "${command}"`);
  if (paths.length === 0) throw new BadArguments('run takes at least one file or folder');
  const target = TARGETS.find((name) => name === (values.target ?? 'domain'));
  if (target === undefined) throw new BadArguments(`--target is one of ${TARGETS.join(', ')}`);
  return { command, paths, target, stack, json: values.json ?? false };
}

function parse(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        target: { type: 'string' },
        stack: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new BadArguments((error as Error).message);
  }
}
