import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';
import { Answer } from '../engine/index.ts';
import type { Call } from '../verdict/call.ts';

/** A limit, because a few kilobytes can decompress to gigabytes. */
const MAX_DECODED_BYTES = 4 * 1024 * 1024;

type Decoder = (body: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>;

const DECODERS: Readonly<Record<string, Decoder>> = {
  gzip: promisify(gunzip) as Decoder,
  'x-gzip': promisify(gunzip) as Decoder,
  deflate: promisify(inflate) as Decoder,
  br: promisify(brotliDecompress) as Decoder,
  zstd: promisify(zstdDecompress) as Decoder,
};

/** Whether the body of an answer must be decompressed before it can be read. */
export function isCompressed(call: Call): boolean {
  return call.kind === 'answered' && !call.uncompared && encodingsOf(call.answer).length > 0;
}

/** Decodes a call at most once, although several steps need the result. */
export function decodedOnce(call: Call): () => Promise<Call> {
  let result: Promise<Call> | null = null;
  return () => (result ??= decoded(call));
}

/** The call with its answer decompressed. The customer got the answer as it came. Never rejects. */
export async function decoded(call: Call): Promise<Call> {
  if (call.kind === 'failed' || (call.uncompared ?? null) !== null) return call;
  const { status, headers } = call.answer;
  let body = call.answer.body;
  for (const encoding of encodingsOf(call.answer).toReversed()) {
    const decoder = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding] : undefined;
    if (decoder === undefined) return { ...call, uncompared: 'encoding' };
    try {
      if (body.length > 0) body = await decoder(body, { maxOutputLength: MAX_DECODED_BYTES });
    } catch (error) {
      const isBomb = (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE';
      return { ...call, uncompared: isBomb ? 'too-large' : 'encoding' };
    }
  }
  return { ...call, answer: new Answer(status, headers, body) };
}

function encodingsOf(answer: Answer): string[] {
  const named = (answer.headers['content-encoding'] ?? '').toLowerCase().split(',');
  return named.map((name) => name.trim()).filter((name) => name !== '' && name !== 'identity');
}
