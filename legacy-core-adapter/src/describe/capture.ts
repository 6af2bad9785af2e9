import { BadInput } from '@core-exit/process/faults';
import { Malformed } from '../../telegram/codec-errors.ts';
import { bodyAt, HEADERS, headerVersionOf } from '../../telegram/header.ts';
import { type Layout, sizeOf } from '../../telegram/layout.ts';
import { messageOf, REFUSED } from '../../telegram/messages/index.ts';
import { type LengthPrefix, lengthAt } from '../../telegram/prefix.ts';
import { decodeField } from '../../telegram/record.ts';
import { decodeHeader, messageVersionOf } from '../../telegram/telegram.ts';
import { positionsOf } from './field-positions.ts';

/** A field of a captured telegram: its bytes, and their value or the fault in them. */
type CapturedField = { name: string; at: number; bytes: string } & ({ value: unknown } | { fault: string });
export type Decoded = { message: string; header: number; fields: CapturedField[]; fault: string | null };

/** Bytes of a text of hex digits. Spaces and line breaks are ignored. */
export function bytesOfHex(text: string): Buffer {
  const digits = text.replaceAll(/\s/g, '');
  if (!/^([0-9a-fA-F]{2})+$/.test(digits))
    throw new BadInput('the captured telegram', ['the text is not hex digits in pairs']);
  return Buffer.from(digits, 'hex');
}

/**
 * Reads a captured telegram field by field. Positions are fixed, so that the fields after a bad field are read as well. The
 * length prefix is removed if the capture begins with one that has the right length.
 */
export function decodeCapture(captured: Buffer, prefix: LengthPrefix): Decoded {
  const telegram = withoutPrefix(captured, prefix);
  const header = headerVersionOf(telegram);
  const from = bodyAt(telegram);
  const fields = readFields(HEADERS[header], telegram, 0);
  try {
    const { TR_CD, RQ_RS, RSP_CD } = decodeHeader(telegram);
    const version = messageVersionOf(telegram);
    const message = messageOf(TR_CD, version);
    if (message === null)
      return { message: TR_CD, header, fields, fault: `there is no message ${TR_CD} V${version}` };
    const isAnswer = RQ_RS === 'R';
    const isRefused = isAnswer && RSP_CD !== '0000';
    const layout = isRefused ? REFUSED : isAnswer ? message.answer : message.request;
    const kind = isRefused ? `refused ${RSP_CD}` : isAnswer ? 'answer' : 'request';
    fields.push(...readFields(layout, telegram, from));
    const bytes = from + sizeOf(layout);
    const fault =
      bytes === telegram.length ? null : `the layout has ${bytes} bytes, the telegram ${telegram.length}`;
    return { message: `${TR_CD} V${version} ${kind}`, header, fields, fault };
  } catch (caught) {
    if (!(caught instanceof Malformed)) throw caught;
    return { message: 'unknown', header, fields, fault: caught.message };
  }
}

function withoutPrefix(captured: Buffer, prefix: LengthPrefix): Buffer {
  const isPrefixed = lengthAt(prefix, captured) === captured.length - prefix.bytes;
  return isPrefixed ? captured.subarray(prefix.bytes) : captured;
}

function readFields(layout: Layout, telegram: Buffer, from: number): CapturedField[] {
  return positionsOf(layout, from).map(({ name, at, bytes, field }) => {
    const own = telegram.subarray(at, at + bytes);
    const read = { name, at, bytes: own.toString('hex') };
    if (own.length < bytes) return { ...read, fault: `has ${own.length} of ${bytes} bytes` };
    try {
      return { ...read, value: decodeField(field, own, name) };
    } catch (fault) {
      if (!(fault instanceof Malformed)) throw fault;
      return { ...read, fault: fault.message };
    }
  });
}
