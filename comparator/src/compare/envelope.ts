import { type Json, type Parsed, parseEnvelope } from '../engine/index.ts';
import { BadLine } from './lines.ts';

/** The parts of a line. If the line is not UTF-8, its documents are bytes, so that the faulty document is found. */
export type Envelope = {
  id: Json;
  rules: Json | undefined;
  documentOf(side: 'left' | 'right'): string | Uint8Array;
};

/** Parses a line of input. Throws {@link BadLine} if the line is not a JSON object. */
export function readEnvelope(bytes: Uint8Array): Envelope {
  const text = utf8Of(bytes);
  if (text === null) return brokenEnvelope(bytes);
  const line = objectOf(parseEnvelope(text));
  return {
    id: line.get('id') ?? null,
    rules: line.get('rules'),
    documentOf: (side) => textIn(line, side),
  };
}

/** The shift of bytes above ASCII in the second parse of a line that is not UTF-8. */
const SHIFT = 0xe000;

/**
 * Parses a line that is not UTF-8. The line is parsed twice with one character for each byte; in the second parse, bytes
 * above ASCII are shifted. Where the two results differ, the line had a raw byte. Elsewhere it had a character, perhaps as
 * an escape sequence. So a raw byte and an escaped character with the same number are not confused.
 */
function brokenEnvelope(bytes: Uint8Array): Envelope {
  const text = Buffer.from(bytes).toString('latin1');
  const shifted = text.replaceAll(/[\u0080-\u00ff]/g, (byte) =>
    String.fromCharCode(byte.charCodeAt(0) + SHIFT),
  );
  const [line, other] = [objectOf(parseEnvelope(text)), objectOf(parseEnvelope(shifted))];
  const readable = (name: string) => readableOf(line.get(name), other.get(name));
  return {
    id: readable('id') ?? null,
    rules: readable('rules'),
    documentOf: (side) => bytesOf(textIn(line, side), textIn(other, side)),
  };
}

/** The bytes of a text in the line; the text itself if it has half a surrogate pair, which has no bytes. */
function bytesOf(text: string, shifted: string): Uint8Array | string {
  const parts: Buffer[] = [];
  for (let from = 0, to = 0; from < text.length; from = to) {
    const isByte = text[from] !== shifted[from];
    while (to < text.length && (text[to] !== shifted[to]) === isByte) to += 1;
    const part = text.slice(from, to);
    if (!part.isWellFormed()) return part;
    parts.push(Buffer.from(part, isByte ? 'latin1' : 'utf8'));
  }
  return Buffer.concat(parts);
}

/** A value with its texts readable; bytes that are not UTF-8 become U+FFFD. */
function readableOf(value: Json | undefined, shifted: Json | undefined): Json | undefined {
  if (typeof value === 'string' && typeof shifted === 'string') {
    const bytes = bytesOf(value, shifted);
    return typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8');
  }
  if (Array.isArray(value) && Array.isArray(shifted)) {
    return value.map((item, i) => readableOf(item, shifted[i]) as Json);
  }
  if (!(value instanceof Map && shifted instanceof Map)) return value;
  const others = [...shifted];
  return new Map(
    [...value].map(([key, item], i) => {
      const [otherKey, other] = others[i] as [string, Json];
      return [readableOf(key, otherKey) as string, readableOf(item, other) as Json];
    }),
  );
}

function objectOf(line: Parsed): Map<string, Json> {
  if (!line.ok) throw new BadLine(`${line.fault.class}: ${line.fault.detail}`);
  if (!(line.value instanceof Map)) throw new BadLine('the line is not a JSON object');
  return line.value;
}

function textIn(line: Map<string, Json>, side: 'left' | 'right'): string {
  const document = line.get(side);
  if (typeof document !== 'string') throw new BadLine(`${side} is missing or is not a text`);
  return document;
}

function utf8Of(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
