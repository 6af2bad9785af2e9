import { Fault } from '../src/fault.ts';
import { MAX_TELEGRAM_BYTES } from './longest.ts';
import { type LengthPrefix, lengthAt, prefixBytes, TEXT_4 } from './prefix.ts';

/** What came over the line is not a frame; the session cannot find the next one and must be closed. */
export class LineGarbage extends Fault {
  /** A length beyond every layout, as against bytes that are no length or no answer at all. */
  readonly isTooLong: boolean;

  constructor(reason: string, isTooLong = false) {
    super('LINE_GARBAGE', reason, 'see which peer speaks on this port; the session was closed');
    this.isTooLong = isTooLong;
  }
}

/** A telegram as it goes over the line. */
export function framed(telegram: Buffer, prefix: LengthPrefix = TEXT_4): Buffer {
  if (telegram.length > MAX_TELEGRAM_BYTES) throw new LineGarbage(`own telegram of ${telegram.length} bytes`);
  return Buffer.concat([prefixBytes(prefix, telegram.length), telegram]);
}

/** Collects telegrams from a byte stream that may be split or joined anywhere. Keeps less than one frame. */
export class FrameReader {
  readonly #minBytes: number;
  readonly #prefix: LengthPrefix;
  #rest: Buffer = Buffer.alloc(0);

  constructor(minBytes: number, prefix: LengthPrefix = TEXT_4) {
    this.#minBytes = minBytes;
    this.#prefix = prefix;
  }

  /** The telegrams completed by this chunk. Throws {@link LineGarbage}; then the reader is of no more use. */
  push(chunk: Buffer): Buffer[] {
    const width = this.#prefix.bytes;
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const telegrams: Buffer[] = [];
    for (;;) {
      const length = this.#lengthAt(bytes);
      if (length === null || bytes.length < width + length) break;
      telegrams.push(bytes.subarray(width, width + length));
      bytes = bytes.subarray(width + length);
    }
    this.#rest = Buffer.from(bytes); // a copy: the rest must not keep a whole received chunk alive
    return telegrams;
  }

  #lengthAt(bytes: Buffer): number | null {
    const length = lengthAt(this.#prefix, bytes);
    if (length === null) return null;
    if (Number.isNaN(length)) throw new LineGarbage('length prefix is not ASCII digits');
    if (length < this.#minBytes) throw new LineGarbage(`telegram of ${length} bytes`);
    if (length > MAX_TELEGRAM_BYTES) throw new LineGarbage(`telegram of ${length} bytes`, true);
    return length;
  }
}
