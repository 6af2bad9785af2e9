import { Fault } from '../src/fault.ts';
import { MAX_TELEGRAM_BYTES } from './longest.ts';

/**
 * The length in front of each telegram on the line. Internet lines use four ASCII digits that do not count themselves;
 * other lines use two or four binary bytes (big-endian), and some count the prefix too.
 */
export type LengthPrefix = {
  readonly form: 'text' | 'binary';
  readonly bytes: number;
  readonly countsItself: boolean;
};

/** What internet lines use. */
export const TEXT_4: LengthPrefix = { form: 'text', bytes: 4, countsItself: false };

const SPELLING = /^(text|binary):([1-8])(:self)?$/;
/** A binary length of more bytes could not be a telegram. */
const MOST_BINARY_BYTES = 4;

/** The largest length that a prefix can say. */
function mostOf({ form, bytes }: LengthPrefix): number {
  return (form === 'text' ? 10 : 256) ** bytes - 1;
}

export class PrefixUnknown extends Fault {
  constructor(spelling: string) {
    super(
      'PREFIX_UNKNOWN',
      `${JSON.stringify(spelling)} is not a length prefix`,
      `write form and width, e.g. text:4, binary:2, text:4:self; wide enough for ${MAX_TELEGRAM_BYTES} bytes`,
    );
  }
}

/** `text:4`, `binary:2`, `text:4:self` (the length counts the prefix too). Throws for one too narrow for the longest telegram. */
export function prefixOf(spelling: string): LengthPrefix {
  const [, form, bytes, self] = SPELLING.exec(spelling) ?? [];
  const width = Number(bytes);
  if (form === undefined || (form === 'binary' && width > MOST_BINARY_BYTES))
    throw new PrefixUnknown(spelling);
  const prefix = {
    form: form === 'text' ? 'text' : 'binary',
    bytes: width,
    countsItself: self !== undefined,
  } as const;
  if (mostOf(prefix) < lengthIn(prefix, MAX_TELEGRAM_BYTES)) throw new PrefixUnknown(spelling);
  return prefix;
}

/** What a prefix says of a telegram of so many bytes. */
function lengthIn({ bytes, countsItself }: LengthPrefix, telegramBytes: number): number {
  return telegramBytes + (countsItself ? bytes : 0);
}

export function prefixBytes(own: LengthPrefix, telegramBytes: number): Buffer {
  const { form, bytes } = own;
  const length = lengthIn(own, telegramBytes);
  if (form === 'text') return Buffer.from(String(length).padStart(bytes, '0'), 'latin1');
  const prefix = Buffer.alloc(bytes);
  prefix.writeUIntBE(length, 0, bytes);
  return prefix;
}

/**
 * Length of the telegram behind the prefix at the start of `bytes`: null while the prefix is not whole, NaN as soon as
 * it cannot be one. Half a prefix of garbage must not hold the session.
 */
export function lengthAt({ form, bytes: width, countsItself }: LengthPrefix, bytes: Buffer): number | null {
  const prefix = bytes.subarray(0, width);
  if (form === 'text' && prefix.some((byte) => byte < 0x30 || byte > 0x39)) return Number.NaN;
  if (prefix.length < width) return null;
  const length = form === 'text' ? Number(prefix.toString('latin1')) : prefix.readUIntBE(0, width);
  return countsItself ? length - width : length;
}
