import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Command } from '@core-exit/process/commands';
import { bytesOfHex, decodeCapture } from './capture.ts';
import { jsonOf, messageList, printed, printedCapture, sectionsOf } from './print.ts';
import { messageOf } from '../../telegram/messages/index.ts';
import { prefixOf } from '../../telegram/prefix.ts';

const USAGE = `describe                          the messages of the line
describe MESSAGE [--version N]    a layout, field by field: DPI2100, DPI1100 --version 2
describe --hex HEX                a captured telegram, field by field
describe --file FILE              the same, from a file of hex digits or of the bytes themselves
  --prefix FORM:BYTES[:self]      length prefix of the line, left away if it is there (text:4)
  --json                          for a machine
`;

export const describeCommand: Command = {
  about: 'prints a layout, or reads a captured telegram field by field',
  async run(args) {
    const { values, positionals } = parseArgs({
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
    if (values.help) return say(USAGE, 0);
    if (values.hex !== undefined || values.file !== undefined) {
      const captured =
        values.hex === undefined ? await bytesOfFile(values.file ?? '') : bytesOfHex(values.hex);
      const decoded = decodeCapture(captured, prefixOf(values.prefix));
      const isWhole = decoded.trouble === null && decoded.fields.every((field) => 'value' in field);
      return say(`${values.json ? jsonOf(decoded) : printedCapture(decoded)}\n`, isWhole ? 0 : 1);
    }
    const [trCd] = positionals;
    if (trCd === undefined) return say(`${messageList()}\n`, 0);
    const message =
      values.version === '1' || values.version === '2'
        ? messageOf(trCd, values.version === '2' ? 2 : 1)
        : null;
    if (message === null)
      return say(`${trCd} V${values.version} is no message of this line:\n${messageList()}\n`, 2);
    const sections = sectionsOf(message);
    return say(values.json ? `${jsonOf(sections)}\n` : `${sections.map(printed).join('\n\n')}\n`, 0);
  },
};

/** A file of hex digits, or of the telegram's own bytes; those have letters beyond F in their header. */
async function bytesOfFile(file: string): Promise<Buffer> {
  const content = await readFile(file);
  const text = content.toString('latin1');
  return /^[0-9a-fA-F\s]+$/.test(text) ? bytesOfHex(text) : content;
}

function say(text: string, code: number): number {
  (code === 2 ? process.stderr : process.stdout).write(text);
  return code;
}
