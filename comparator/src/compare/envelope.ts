import { type Json, type Parsed, parseEnvelope } from '../engine/index.ts';
import { BadLine } from './bad-line.ts';

/** The parts of a line. A document stays the bytes it was when the line is no UTF-8, so that it is told which is at fault. */
export type Envelope = {
  id: Json;
  rules: Json | undefined;
  documentOf(side: 'left' | 'right'): string | Uint8Array;
};

/** Reads a line of input. Throws {@link BadLine} when it is no JSON object. */
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

/** By how much bytes above ASCII are moved in the second reading of a line that is no UTF-8. */
const MOVED_BY = 0xe000;

/**
 * A line that is no UTF-8 is read twice, one character a byte, with the bytes above ASCII moved in the second reading:
 * where the two differ stood a byte, everywhere else a character, perhaps written as an escape. Neither narrows the other.
 */
function brokenEnvelope(bytes: Uint8Array): Envelope {
  const text = Buffer.from(bytes).toString('latin1');
  const moved = text.replaceAll(/[\u0080-\u00ff]/g, (byte) =>
    String.fromCharCode(byte.charCodeAt(0) + MOVED_BY),
  );
  const [line, other] = [objectOf(parseEnvelope(text)), objectOf(parseEnvelope(moved))];
  const shown = (name: string) => shownOf(line.get(name), other.get(name));
  return {
    id: shown('id') ?? null,
    rules: shown('rules'),
    documentOf: (side) => bytesOf(textIn(line, side), textIn(other, side)),
  };
}

/** The bytes a text was written with; the text itself when it holds half a surrogate pair, which has no bytes. */
function bytesOf(text: string, moved: string): Uint8Array | string {
  const parts: Buffer[] = [];
  for (let from = 0, to = 0; from < text.length; from = to) {
    const isByte = text[from] !== moved[from];
    while (to < text.length && (text[to] !== moved[to]) === isByte) to += 1;
    const part = text.slice(from, to);
    if (!part.isWellFormed()) return part;
    parts.push(Buffer.from(part, isByte ? 'latin1' : 'utf8'));
  }
  return Buffer.concat(parts);
}

/** Texts in a value as a person can read them; what is no UTF-8 in them is U+FFFD. */
function shownOf(value: Json | undefined, moved: Json | undefined): Json | undefined {
  if (typeof value === 'string' && typeof moved === 'string') {
    const bytes = bytesOf(value, moved);
    return typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8');
  }
  if (Array.isArray(value) && Array.isArray(moved)) {
    return value.map((item, i) => shownOf(item, moved[i]) as Json);
  }
  if (!(value instanceof Map && moved instanceof Map)) return value;
  const others = [...moved];
  return new Map(
    [...value].map(([key, item], i) => {
      const [otherKey, other] = others[i] as [string, Json];
      return [shownOf(key, otherKey) as string, shownOf(item, other) as Json];
    }),
  );
}

function objectOf(line: Parsed): Map<string, Json> {
  if (!line.ok) throw new BadLine(`${line.fault.class}: ${line.fault.detail}`);
  if (!(line.value instanceof Map)) throw new BadLine('the line is no JSON object');
  return line.value;
}

function textIn(line: Map<string, Json>, side: 'left' | 'right'): string {
  const document = line.get(side);
  if (typeof document !== 'string') throw new BadLine(`${side} is not there as text`);
  return document;
}

function utf8Of(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
