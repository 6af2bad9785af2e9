import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Command } from '@core-exit/process/commands';
import { EXIT } from '@core-exit/process/exit-codes';
import { BadInput } from '@core-exit/process/faults';
import type { Message } from '../../telegram/message.ts';
import { messageOf } from '../../telegram/messages/index.ts';
import { type LengthPrefix, prefixOf } from '../../telegram/prefix.ts';
import { bytesOfHex, decodeCapture } from './capture.ts';
import { jsonOf, messageList, printed, printedCapture, sectionsOf } from './print.ts';

const USAGE = `describe                          prints the list of messages
describe MESSAGE [--version N]    prints a layout, field by field: DPI2100, DPI1100 --version 2
describe --hex HEX                prints a captured telegram, field by field
describe --file FILE              the same, from a file of hex digits or of the bytes themselves
  --prefix FORM:BYTES[:self]      length prefix, which is removed if the capture has it (text:4)
  --json                          output for a machine

exit code: 0 done, 1 the captured telegram cannot be read completely, 3 a bad argument or file
`;

export const describeCommand: Command = {
  takesArguments: 'own-help',
  about: 'prints a layout, or reads a captured telegram field by field',
  async run(args) {
    const { values, positionals } = parse(args);
    if (values.help) return print(USAGE);
    if (values.hex !== undefined || values.file !== undefined) {
      const captured =
        values.hex === undefined ? await bytesOfFile(values.file ?? '') : bytesOfHex(values.hex);
      const decoded = decodeCapture(captured, prefixGiven(values.prefix));
      const isComplete = decoded.fault === null && decoded.fields.every((field) => 'value' in field);
      print(`${values.json ? jsonOf(decoded) : printedCapture(decoded)}\n`);
      return isComplete ? EXIT.done : EXIT.found;
    }
    const [trCd] = positionals;
    if (trCd === undefined) return print(`${messageList()}\n`);
    const sections = sectionsOf(messageGiven(trCd, values.version));
    return print(values.json ? `${jsonOf(sections)}\n` : `${sections.map(printed).join('\n\n')}\n`);
  },
};

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        hex: { type: 'string' },
        file: { type: 'string' },
        prefix: { type: 'string', default: 'text:4' },
        version: { type: 'string', default: '1' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (fault) {
    throw badArguments((fault as Error).message);
  }
}

function prefixGiven(spelling: string): LengthPrefix {
  try {
    return prefixOf(spelling);
  } catch (fault) {
    throw badArguments(`--prefix ${(fault as Error).message}`);
  }
}

function messageGiven(trCd: string, version: string): Message {
  const message = version === '1' || version === '2' ? messageOf(trCd, version === '2' ? 2 : 1) : null;
  if (message === null) throw badArguments(`there is no message ${trCd} V${version}:\n${messageList()}`);
  return message;
}

/** Reads a file of hex digits, or of the telegram's own bytes. The header of a telegram has letters after F. */
async function bytesOfFile(file: string): Promise<Buffer> {
  const content = await readFile(file).catch((fault: Error) => {
    throw badArguments(`--file ${fault.message}`);
  });
  const text = content.toString('latin1');
  return /^[0-9a-fA-F\s]+$/.test(text) ? bytesOfHex(text) : content;
}

function badArguments(fault: string): BadInput {
  return new BadInput('the command line of describe (see describe --help)', [fault]);
}

function print(text: string): number {
  process.stdout.write(text);
  return EXIT.done;
}
