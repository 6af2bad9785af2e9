import { MAX_TELEGRAM_BYTES } from './longest.ts';

/**
 * The length in front of each telegram. Internet lines use four ASCII digits that do not count themselves. Other lines use
 * two or four binary bytes (big-endian), and some count the prefix as well.
 */
export type LengthPrefix = {
  readonly form: 'text' | 'binary';
  readonly bytes: number;
  readonly countsItself: boolean;
};

/** The prefix of internet lines. */
export const TEXT_4: LengthPrefix = { form: 'text', bytes: 4, countsItself: false };

const SPELLING = /^(text|binary):([1-8])(:self)?$/;
/** More bytes would hold lengths that no telegram has. */
const MOST_BINARY_BYTES = 4;

/** The largest length that a prefix can hold. */
function mostOf({ form, bytes }: LengthPrefix): number {
  return (form === 'text' ? 10 : 256) ** bytes - 1;
}

const DUE = `must be a length prefix such as text:4, binary:2 or text:4:self, wide enough for ${MAX_TELEGRAM_BYTES} bytes`;

/** Reads `text:4`, `binary:2` or `text:4:self` (the length counts the prefix as well). Throws if the longest telegram does not fit. */
export function prefixOf(spelling: string): LengthPrefix {
  const [, form, bytes, self] = SPELLING.exec(spelling) ?? [];
  const width = Number(bytes);
  if (form === undefined || (form === 'binary' && width > MOST_BINARY_BYTES)) throw new Error(DUE);
  const prefix = {
    form: form === 'text' ? 'text' : 'binary',
    bytes: width,
    countsItself: self !== undefined,
  } as const;
  if (mostOf(prefix) < lengthIn(prefix, MAX_TELEGRAM_BYTES)) throw new Error(DUE);
  return prefix;
}

/** The number in the prefix of a telegram of so many bytes. */
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
 * Length of the telegram after the prefix at the start of `bytes`. Null while the prefix is incomplete. NaN as soon as the
 * bytes cannot be a prefix, because half a prefix of garbage must not hold the session.
 */
export function lengthAt({ form, bytes: width, countsItself }: LengthPrefix, bytes: Buffer): number | null {
  const prefix = bytes.subarray(0, width);
  if (form === 'text' && prefix.some((byte) => byte < 0x30 || byte > 0x39)) return Number.NaN;
  if (prefix.length < width) return null;
  const length = form === 'text' ? Number(prefix.toString('latin1')) : prefix.readUIntBE(0, width);
  return countsItself ? length - width : length;
}
