import { LineGarbage } from './codec-errors.ts';
import { MAX_TELEGRAM_BYTES } from './longest.ts';
import { type LengthPrefix, lengthAt, prefixBytes, TEXT_4 } from './prefix.ts';

/** A telegram with its length prefix. */
export function framed(telegram: Buffer, prefix: LengthPrefix = TEXT_4): Buffer {
  if (telegram.length > MAX_TELEGRAM_BYTES) throw new LineGarbage(`own telegram of ${telegram.length} bytes`);
  return Buffer.concat([prefixBytes(prefix, telegram.length), telegram]);
}

/** Collects telegrams from a byte stream whose chunks may begin and end anywhere. Keeps less than one frame. */
export class FrameReader {
  readonly #minBytes: number;
  readonly #prefix: LengthPrefix;
  #rest: Buffer = Buffer.alloc(0);

  constructor(minBytes: number, prefix: LengthPrefix = TEXT_4) {
    this.#minBytes = minBytes;
    this.#prefix = prefix;
  }

  /** Returns the telegrams that this chunk completes. After a {@link LineGarbage} the reader must not be used again. */
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
    this.#rest = Buffer.from(bytes); // a copy, so that the rest does not keep the whole chunk in memory
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
