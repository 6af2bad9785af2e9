import { Fault } from '../fault.ts';
import { Malformed } from '../../telegram/faults.ts';
import { bodyAt, HEADERS, headerVersionOf } from '../../telegram/header.ts';
import { type Layout, sizeOf } from '../../telegram/layout.ts';
import { messageOf, REFUSED } from '../../telegram/messages/index.ts';
import { type LengthPrefix, lengthAt } from '../../telegram/prefix.ts';
import { decodeField } from '../../telegram/record.ts';
import { decodeHeader, messageVersionOf } from '../../telegram/telegram.ts';
import { placesOf } from './field-positions.ts';

/** A field of a captured telegram: its bytes, and what they say or why they say nothing. */
type Read = { name: string; at: number; bytes: string } & ({ value: unknown } | { fault: string });
export type Decoded = { message: string; header: number; fields: Read[]; trouble: string | null };

class CaptureUnreadable extends Fault {
  constructor(reason: string) {
    super('CAPTURE_UNREADABLE', reason, 'give a whole telegram, as hex digits or as its bytes');
  }
}

/** Bytes from a text of hex digits; spaces and line breaks are for people. */
export function bytesOfHex(text: string): Buffer {
  const digits = text.replaceAll(/\s/g, '');
  if (!/^([0-9a-fA-F]{2})+$/.test(digits)) throw new CaptureUnreadable('that is not hex digits in pairs');
  return Buffer.from(digits, 'hex');
}

/**
 * Reads a captured telegram field by field. Places are fixed, so what is behind a bad field is read all the same.
 * The line's prefix is left away when it is there and says the right length.
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
      return { message: TR_CD, header, fields, trouble: `${TR_CD} V${version} is no message` };
    const isAnswer = RQ_RS === 'R';
    const isRefused = isAnswer && RSP_CD !== '0000';
    const layout = isRefused ? REFUSED : isAnswer ? message.answer : message.request;
    const what = isRefused ? `refused ${RSP_CD}` : isAnswer ? 'answer' : 'request';
    fields.push(...readFields(layout, telegram, from));
    const bytes = from + sizeOf(layout);
    const trouble =
      bytes === telegram.length ? null : `the layout has ${bytes} bytes, the telegram ${telegram.length}`;
    return { message: `${TR_CD} V${version} ${what}`, header, fields, trouble };
  } catch (fault) {
    if (!(fault instanceof Malformed)) throw fault;
    return { message: 'unknown', header, fields, trouble: fault.message };
  }
}

function withoutPrefix(captured: Buffer, prefix: LengthPrefix): Buffer {
  const isPrefixed = lengthAt(prefix, captured) === captured.length - prefix.bytes;
  return isPrefixed ? captured.subarray(prefix.bytes) : captured;
}

function readFields(layout: Layout, telegram: Buffer, from: number): Read[] {
  return placesOf(layout, from).map(({ name, at, bytes, field }) => {
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
