import { Fault } from '../fault.ts';

/** On the line each telegram follows four ASCII digits: its length in bytes, without the digits themselves. */
export const PREFIX_BYTES = 4;
/** The longest layout is under 800 bytes; a longer frame is garbage or another protocol. */
export const MAX_TELEGRAM_BYTES = 2_000;

/** What came over the line is not a frame; the session cannot find the next one and must be closed. */
export class LineGarbage extends Fault {
  constructor(reason: string) {
    super('LINE_GARBAGE', reason, 'see which peer speaks on this port; the session was closed');
  }
}

export function framed(telegram: Buffer): Buffer {
  if (telegram.length > MAX_TELEGRAM_BYTES) throw new LineGarbage(`own telegram of ${telegram.length} bytes`);
  const prefix = Buffer.from(String(telegram.length).padStart(PREFIX_BYTES, '0'), 'latin1');
  return Buffer.concat([prefix, telegram]);
}

/** Collects telegrams from a byte stream that may be split or joined anywhere. Keeps less than one frame. */
export class FrameReader {
  readonly #minBytes: number;
  #rest: Buffer = Buffer.alloc(0);

  constructor(minBytes: number) {
    this.#minBytes = minBytes;
  }

  /** The telegrams completed by this chunk. Throws {@link LineGarbage}; then the reader is of no more use. */
  push(chunk: Buffer): Buffer[] {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const telegrams: Buffer[] = [];
    for (;;) {
      const length = this.#lengthAt(bytes);
      if (length === null || bytes.length < PREFIX_BYTES + length) break;
      telegrams.push(bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + length));
      bytes = bytes.subarray(PREFIX_BYTES + length);
    }
    this.#rest = Buffer.from(bytes); // a copy: the rest must not keep a whole received chunk alive
    return telegrams;
  }

  /** The bad prefix is refused with its first bad byte: half a prefix of garbage must not hold the session. */
  #lengthAt(bytes: Buffer): number | null {
    const prefix = bytes.toString('latin1', 0, PREFIX_BYTES);
    if (!/^[0-9]*$/.test(prefix)) throw new LineGarbage('length prefix is not ASCII digits');
    if (prefix.length < PREFIX_BYTES) return null;
    const length = Number(prefix);
    if (length < this.#minBytes || length > MAX_TELEGRAM_BYTES)
      throw new LineGarbage(`telegram of ${length} bytes`);
    return length;
  }
}
