import { isAscii } from 'node:buffer';
import { type DocumentFault, InvalidDocument } from './document-fault.ts';
import type { Json } from './json.ts';
import { ParsedTextIndex } from './parsed-text-index.ts';
import { Parser } from './parser.ts';

/** Longer documents are not compared. A usual answer has 1 kB, so 16 MiB is a list of ten thousand answers. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

export type Parsed = { ok: true; value: Json } | { ok: false; fault: DocumentFault };

/**
 * Parses one JSON document (RFC 8259) from its bytes and keeps the text of every number. JSON.parse rounds numbers, keeps
 * the last of two equal keys and accepts half a surrogate pair. lossless-json 4.3.3 keeps numbers, but it accepts two
 * equal keys with equal values and lone surrogates, and it has no depth limit. This parser reports each of these as a
 * fault.
 */
export function parse(document: Uint8Array | string): Parsed {
  return attempt(() => new Parser(textOf(document), false).document());
}

/**
 * Parses two documents that are probably similar. Where both texts are equal at the same place, the value of the first
 * document is used for both, so equal parts are neither built nor compared a second time.
 */
export function parsePair(left: Uint8Array | string, right: Uint8Array | string): [Parsed, Parsed] {
  if (isSameText(left, right)) {
    const both = parse(left);
    return [both, both];
  }
  const index = new ParsedTextIndex();
  const first = attempt(() => {
    index.text = textOf(left);
    const parser = new Parser(index.text, false);
    parser.index = index;
    index.value = parser.document();
    return index.value;
  });
  if (!first.ok) return [first, parse(right)];
  const second = attempt(() => {
    const parser = new Parser(textOf(right), false);
    parser.reference = index;
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
    if (error instanceof InvalidDocument) return { ok: false, fault: error.fault };
    throw error;
  }
}

/** Parses a line that carries documents as texts. Half a surrogate pair is accepted, because it is a fault of that text. */
export function parseEnvelope(line: string): Parsed {
  return attempt(() => new Parser(line, true).document());
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(document: Uint8Array | string): string {
  if (document.length > MAX_DOCUMENT_BYTES)
    throw new InvalidDocument('too-long', `the document has more than ${MAX_DOCUMENT_BYTES} bytes`);
  if (typeof document === 'string') {
    if (!document.isWellFormed())
      throw new InvalidDocument('lone-surrogate', 'the text has half a surrogate pair');
    return document;
  }
  try {
    if (isAscii(document))
      return Buffer.from(document.buffer, document.byteOffset, document.length).toString('latin1');
    return UTF_8.decode(document);
  } catch {
    throw new InvalidDocument('invalid-utf8', 'the bytes are not UTF-8');
  }
}
