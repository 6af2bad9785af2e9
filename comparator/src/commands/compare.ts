import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { EXIT } from '@core-exit/process/exit-codes';
import { BadInput } from '@core-exit/process/faults';
import {
  badLine,
  compareDocuments,
  compareLine,
  type LineResult,
  resultSentence,
  resultText,
} from '../compare/compare-line.ts';
import { isBlank, linesOf } from '../compare/lines.ts';
import { parse } from '../engine/index.ts';
import { badCommandLine, parseCommandLine } from './arguments.ts';

export const COMPARE_HELP = `Compares JSON documents to the last digit.

  comparator compare [--json] [--exit-code] [--input FILE]     pairs from standard input or a file, one a line
  comparator compare [--json] [--exit-code] [--rules FILE] LEFT RIGHT     two files

A line: {"id":1,"left":"<document text>","right":"<document text>","rules":{..}}
Rules (all optional): {"ignore":["/a/*"], "include":["/b"], "unordered":["/list"], "keyed":{"/list":"id"},
  "within":{"/amt":"0.01"}, "time":{"/ts":"PT1S"}, "equivalent":{"/status":[["ACTIVE","A"]],"/name":"nfc"},
  "spelling":"equal"|"different"}
Paths are RFC 6901 pointers, "" the whole document; in rules * is one step and ** any number of them.
Result, one a line: {"id","equal","fault":null|{"side","class"},"differences":[{"path","kind","left","right","class"}]}
At most 100,000 differences are listed; the field "more" has the number of further ones.

Exit: 0 all were compared · 1 with --exit-code, some were not equal · 3 a line was no valid comparison (its result
has fault.side "input" and an "error"), or the arguments are not valid
`;

const OPTIONS = {
  json: { type: 'boolean' },
  'exit-code': { type: 'boolean' },
  help: { type: 'boolean' },
  input: { type: 'string' },
  rules: { type: 'string' },
} as const;
const LINES_BETWEEN_PAUSES = 64;

/** `comparator compare`. */
export async function compareCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(args, { allowPositionals: true, options: OPTIONS });
  if (values.help === true) {
    process.stdout.write(COMPARE_HELP);
    return EXIT.done;
  }
  const text = values.json === true ? resultText : resultSentence;
  let [bad, unequal] = [0, 0];
  const print = async (result: LineResult): Promise<void> => {
    if (result.error !== undefined) bad += 1;
    else if (!result.isEqual) unequal += 1;
    if (!process.stdout.write(`${text(result)}\n`)) await once(process.stdout, 'drain');
  };
  if (positionals.length > 0) await print(await filesResult(positionals, values.rules));
  else await printLines(values.input, print);
  if (bad > 0) process.stderr.write(`${bad} lines are no valid comparison: see "error" in their results\n`);
  return bad > 0 ? EXIT.badInput : values['exit-code'] === true && unequal > 0 ? EXIT.found : EXIT.done;
}

async function printLines(
  file: string | undefined,
  print: (result: LineResult) => Promise<void>,
): Promise<void> {
  const input = file === undefined ? process.stdin : chunksOf(file);
  for await (const { number, bytes } of linesOf(input)) {
    if (bytes === null) await print(badLine(null, `line ${number} is too long`));
    else if (!isBlank(bytes)) {
      const result = compareLine(bytes);
      await print(
        result.error === undefined ? result : { ...result, error: `line ${number}: ${result.error}` },
      );
    }
    // lets the reader of standard output read, and signals arrive
    if (number % LINES_BETWEEN_PAUSES === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

async function filesResult(files: readonly string[], rulesFile: string | undefined): Promise<LineResult> {
  const [leftFile, rightFile] = files;
  if (leftFile === undefined || rightFile === undefined || files.length > 2) {
    throw badCommandLine('two files are needed: LEFT RIGHT');
  }
  const [left, right] = [await bytesOf(leftFile), await bytesOf(rightFile)];
  const rules = rulesFile === undefined ? null : parse(await bytesOf(rulesFile));
  if (rules?.ok === false) throw new BadInput(rulesFile as string, [rules.fault.detail]);
  return compareDocuments(left, right, rules?.value);
}

async function bytesOf(file: string): Promise<Uint8Array> {
  return readFile(file).catch((error: Error) => {
    throw new BadInput(file, [error.message]);
  });
}

/** The bytes of a file as they are read. A file that cannot be read is a bad argument. */
async function* chunksOf(file: string): AsyncGenerator<Uint8Array> {
  const stream: AsyncIterable<Uint8Array> = createReadStream(file);
  try {
    yield* stream;
  } catch (error) {
    throw new BadInput(file, [(error as Error).message]);
  }
}
