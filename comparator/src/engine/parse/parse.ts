import { isAscii } from 'node:buffer';
import { type DocumentFault, Stop } from './document-fault.ts';
import type { Json } from './json.ts';
import { Twin } from './parsed-text-index.ts';
import { Parser } from './parser.ts';

/** Longer documents are not compared. A payout is 1 kB; 16 MiB is a list of ten thousand of them. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

export type Parsed = { ok: true; value: Json } | { ok: false; fault: DocumentFault };

/**
 * Reads one JSON document (RFC 8259) from its bytes, and keeps the text of every number. JSON.parse rounds numbers,
 * keeps the last of two equal keys and takes half a surrogate pair; lossless-json 4.3.3 keeps numbers, but lets two
 * equal keys with equal values pass, has no depth limit, and takes lone surrogates. Here each of those is a fault.
 */
export function parse(document: Uint8Array | string): Parsed {
  return attempt(() => new Parser(textOf(document), false).document());
}

/**
 * Reads two documents that are probably much alike. Where the second says the very text of the first at the same
 * place, the first one's value stands for both, so what is equal is neither built nor compared a second time.
 */
export function parsePair(left: Uint8Array | string, right: Uint8Array | string): [Parsed, Parsed] {
  if (isSameText(left, right)) {
    const both = parse(left);
    return [both, both];
  }
  const twin = new Twin();
  const first = attempt(() => {
    twin.text = textOf(left);
    const parser = new Parser(twin.text, false);
    parser.marks = twin;
    twin.value = parser.document();
    return twin.value;
  });
  if (!first.ok) return [first, parse(right)];
  const second = attempt(() => {
    const parser = new Parser(textOf(right), false);
    parser.twin = twin;
    return parser.document();
  });
  return [first, second];
}

function isSameText(left: Uint8Array | string, right: Uint8Array | string): boolean {
  if (typeof left === 'string' || typeof right === 'string') return left === right;
  return left.length === right.length && Buffer.compare(left, right) === 0;
}

function attempt(read: () => Json): Parsed {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    if (error instanceof Stop) return { ok: false, fault: error.fault };
    throw error;
  }
}

/** The same for a line that carries documents as texts: half a surrogate pair in one of them is a fault of that one. */
export function parseEnvelope(line: string): Parsed {
  return attempt(() => new Parser(line, true).document());
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(document: Uint8Array | string): string {
  if (document.length > MAX_DOCUMENT_BYTES)
    throw new Stop('too-long', `more than ${MAX_DOCUMENT_BYTES} bytes`);
  if (typeof document === 'string') {
    if (!document.isWellFormed()) throw new Stop('lone-surrogate', 'half a surrogate pair in the text');
    return document;
  }
  try {
    if (isAscii(document))
      return Buffer.from(document.buffer, document.byteOffset, document.length).toString('latin1');
    return UTF_8.decode(document);
  } catch {
    throw new Stop('invalid-utf8', 'the bytes are not UTF-8');
  }
}
