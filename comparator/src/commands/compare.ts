import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
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
import { BadInput } from '../faults.ts';
import { EXIT } from './exit.ts';

export const COMPARE_HELP = `Compares JSON documents to the last digit.

  comparator compare [--json] [--exit-code] [--input FILE]     pairs from standard input or a file, one a line
  comparator compare [--json] [--exit-code] [--rules FILE] LEFT RIGHT     two files

A line: {"id":1,"left":"<document text>","right":"<document text>","rules":{..}}
Rules (all optional): {"ignore":["/a/*"], "include":["/b"], "unordered":["/list"], "keyed":{"/list":"id"},
  "within":{"/amt":"0.01"}, "time":{"/ts":"PT1S"}, "equivalent":{"/status":[["ACTIVE","A"]],"/name":"nfc"},
  "spelling":"equal"|"different"}
Paths are RFC 6901 pointers, "" the whole document; in rules * is one step and ** any number of them.
Answer, one a line: {"id","equal","fault":null|{"side","class"},"differences":[{"path","kind","left","right","class"}]}
At most 100,000 differences are listed; beyond, the answer has "more" with their number.

Exit: 0 all were compared · 1 with --exit-code, some were not equal · 3 a line asked for no comparison (its answer
has fault.side "input" and an "error"), or the arguments are wrong
`;

const LINES_BETWEEN_PAUSES = 64;

/** `comparator compare`; returns the exit code. */
export async function compareCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parsed(args);
  if (values.help === true) {
    process.stdout.write(COMPARE_HELP);
    return EXIT.done;
  }
  const text = values.json === true ? resultText : resultSentence;
  let [bad, unequal] = [0, 0];
  const tell = async (result: LineResult): Promise<void> => {
    if (result.error !== undefined) bad += 1;
    else if (!result.isEqual) unequal += 1;
    if (!process.stdout.write(`${text(result)}\n`)) await once(process.stdout, 'drain');
  };
  if (positionals.length > 0) await tell(await filesResult(positionals, values.rules));
  else await tellLines(values.input, tell);
  if (bad > 0) process.stderr.write(`${bad} lines asked for no comparison: see "error" in their answers\n`);
  return bad > 0 ? EXIT.badInput : values['exit-code'] === true && unequal > 0 ? EXIT.different : EXIT.done;
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        'exit-code': { type: 'boolean' },
        help: { type: 'boolean' },
        input: { type: 'string' },
        rules: { type: 'string' },
      },
    });
  } catch (error) {
    throw new BadInput('the command line', [(error as Error).message]);
  }
}

async function tellLines(
  file: string | undefined,
  tell: (result: LineResult) => Promise<void>,
): Promise<void> {
  const input = file === undefined ? process.stdin : chunksOf(file);
  for await (const { number, bytes } of linesOf(input)) {
    if (bytes === null) await tell(badLine(null, `line ${number} is too long`));
    else if (!isBlank(bytes)) {
      const result = compareLine(bytes);
      await tell(
        result.error === undefined ? result : { ...result, error: `line ${number}: ${result.error}` },
      );
    }
    // lets a consumer that reads as we write have its answers, and signals theirs
    if (number % LINES_BETWEEN_PAUSES === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

async function filesResult(files: readonly string[], rulesFile: string | undefined): Promise<LineResult> {
  const [leftFile, rightFile] = files;
  if (leftFile === undefined || rightFile === undefined || files.length > 2) {
    throw new BadInput('the command line', ['two files are due: LEFT RIGHT']);
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

/** The bytes of a file as they are read; one that cannot be read is a wrong argument. */
async function* chunksOf(file: string): AsyncGenerator<Uint8Array> {
  const stream: AsyncIterable<Uint8Array> = createReadStream(file);
  try {
    yield* stream;
  } catch (error) {
    throw new BadInput(file, [(error as Error).message]);
  }
}
