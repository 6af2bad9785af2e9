/** A line that cannot be compared; the message says why. */
export class BadLine extends Error {}

/** Enough for two documents of the greatest length with every character escaped, and their rules. */
const MAX_LINE_BYTES = 128 * 1024 * 1024;

/** One line of a stream. `bytes` null: the line was longer than the limit. */
export type Line = { number: number; bytes: Uint8Array | null };

/** The lines of a byte stream, one at a time, without the newline. At most one line is kept in memory. */
export async function* linesOf(
  stream: AsyncIterable<Uint8Array>,
  maxBytes = MAX_LINE_BYTES,
): AsyncGenerator<Line> {
  let number = 1;
  let parts: Uint8Array[] = [];
  let length = 0;
  const take = (part: Uint8Array): void => {
    length += part.length;
    if (length <= maxBytes) parts.push(part);
    else parts = [];
  };
  const line = (): Line => {
    const bytes = length <= maxBytes ? Buffer.concat(parts) : null;
    [parts, length] = [[], 0];
    return { number: number++, bytes };
  };
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      take(chunk.subarray(start, end));
      yield line();
      start = end + 1;
    }
    take(chunk.subarray(start));
  }
  if (length > 0) yield line();
}

/** Whether a line has only white space. */
export function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}
