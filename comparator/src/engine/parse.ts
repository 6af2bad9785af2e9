import { type Json, JsonNumber, type JsonObject } from './json.ts';

/** Deeper documents are refused; a parser without this limit dies of a 10 kB body of brackets. */
export const MAX_DEPTH = 500;
/** Longer documents are not compared. A payout is 1 kB; 16 MiB is a list of ten thousand of them. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

export type DocumentFault = { class: DocumentFaultClass; detail: string };
type DocumentFaultClass =
  | 'syntax'
  | 'not-a-number'
  | 'duplicate-key'
  | 'lone-surrogate'
  | 'invalid-utf8'
  | 'too-deep'
  | 'too-long';

export type Parsed = { ok: true; value: Json } | { ok: false; fault: DocumentFault };

/**
 * Reads one JSON document (RFC 8259) from its bytes, and keeps the text of every number. JSON.parse rounds numbers,
 * keeps the last of two equal keys and takes half a surrogate pair; lossless-json 4.3.3 keeps numbers, but lets two
 * equal keys with equal values pass, has no depth limit, and takes lone surrogates. Here each of those is a fault.
 */
export function parse(document: Uint8Array | string): Parsed {
  try {
    return { ok: true, value: new Parser(textOf(document), false).document() };
  } catch (error) {
    if (error instanceof Stop) return { ok: false, fault: error.fault };
    throw error;
  }
}

/** The same for a line that carries documents as texts: half a surrogate pair in one of them is a fault of that one. */
export function parseEnvelope(line: string): Parsed {
  try {
    return { ok: true, value: new Parser(line, true).document() };
  } catch (error) {
    if (error instanceof Stop) return { ok: false, fault: error.fault };
    throw error;
  }
}

class Stop extends Error {
  readonly fault: DocumentFault;
  constructor(className: DocumentFaultClass, detail: string) {
    super(detail);
    this.fault = { class: className, detail };
  }
}

function textOf(document: Uint8Array | string): string {
  if (document.length > MAX_DOCUMENT_BYTES)
    throw new Stop('too-long', `more than ${MAX_DOCUMENT_BYTES} bytes`);
  if (typeof document === 'string') {
    if (!document.isWellFormed()) throw new Stop('lone-surrogate', 'half a surrogate pair in the text');
    return document;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(document);
  } catch {
    throw new Stop('invalid-utf8', 'the bytes are not UTF-8');
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const NOT_A_NUMBER = /[+-]?(?:NaN|Infinity)/y;
const ESCAPES: Record<string, string> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

class Parser {
  private readonly text: string;
  private readonly takesLoneSurrogates: boolean;
  private at = 0;

  constructor(text: string, takesLoneSurrogates: boolean) {
    this.text = text;
    this.takesLoneSurrogates = takesLoneSurrogates;
  }

  document(): Json {
    const value = this.value(0);
    this.space();
    if (this.at < this.text.length) this.stop('text after the document');
    return value;
  }

  private value(depth: number): Json {
    this.space();
    switch (this.text.charCodeAt(this.at)) {
      case 0x7b:
        return this.object(depth + 1);
      case 0x5b:
        return this.array(depth + 1);
      case QUOTE:
        return this.string();
      case 0x74:
        return this.word('true', true);
      case 0x66:
        return this.word('false', false);
      case 0x6e:
        return this.word('null', null);
      default:
        return this.number();
    }
  }

  private object(depth: number): JsonObject {
    this.enter(depth);
    const object: JsonObject = new Map();
    if (this.closes(0x7d)) return object;
    do {
      this.space();
      if (this.text.charCodeAt(this.at) !== QUOTE) this.stop('a key is due');
      const key = this.string();
      if (object.has(key)) throw new Stop('duplicate-key', `a key appears twice at character ${this.at}`);
      this.space();
      if (this.text.charCodeAt(this.at) !== 0x3a) this.stop('a colon is due');
      this.at += 1;
      object.set(key, this.value(depth));
    } while (this.continues(0x7d));
    return object;
  }

  private array(depth: number): Json[] {
    this.enter(depth);
    const array: Json[] = [];
    if (this.closes(0x5d)) return array;
    do array.push(this.value(depth));
    while (this.continues(0x5d));
    return array;
  }

  private enter(depth: number): void {
    if (depth > MAX_DEPTH) throw new Stop('too-deep', `more than ${MAX_DEPTH} levels`);
    this.at += 1;
  }

  private closes(bracket: number): boolean {
    this.space();
    if (this.text.charCodeAt(this.at) !== bracket) return false;
    this.at += 1;
    return true;
  }

  /** True after a comma, false after the closing bracket. */
  private continues(bracket: number): boolean {
    this.space();
    const code = this.text.charCodeAt(this.at);
    this.at += 1;
    if (code === 0x2c) return true;
    if (code === bracket) return false;
    this.at -= 1;
    return this.stop('a comma or a closing bracket is due');
  }

  private string(): string {
    const { text } = this;
    const start = this.at + 1;
    for (let i = start; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      if (code === QUOTE) {
        this.at = i + 1;
        return text.slice(start, i);
      }
      if (code === BACKSLASH) return this.escapedString(start, i);
      if (code < 0x20) break;
    }
    return this.stop('a string does not end, or has a control character');
  }

  private escapedString(start: number, firstEscape: number): string {
    const { text } = this;
    let result = text.slice(start, firstEscape);
    let i = firstEscape;
    for (;;) {
      const code = text.charCodeAt(i);
      if (code === QUOTE) break;
      if (!(code >= 0x20)) this.stop('a string does not end, or has a control character');
      if (code !== BACKSLASH) {
        result += text[i];
        i += 1;
        continue;
      }
      const letter = text[i + 1] ?? '';
      if (letter === 'u') {
        const hex = text.slice(i + 2, i + 6);
        if (!/^[0-9a-fA-F]{4}$/.test(hex)) this.stop('an escape is not valid');
        result += String.fromCharCode(Number.parseInt(hex, 16));
        i += 6;
      } else {
        result += ESCAPES[letter] ?? this.stop('an escape is not valid');
        i += 2;
      }
    }
    if (!this.takesLoneSurrogates && !result.isWellFormed())
      throw new Stop('lone-surrogate', `half a surrogate pair before character ${i}`);
    this.at = i + 1;
    return result;
  }

  private number(): JsonNumber {
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.text);
    if (match === null) {
      NOT_A_NUMBER.lastIndex = this.at;
      if (NOT_A_NUMBER.test(this.text))
        throw new Stop('not-a-number', `NaN or Infinity at character ${this.at}`);
      return this.stop('a value is due');
    }
    this.at += match[0].length;
    return new JsonNumber(match[0]);
  }

  private word<T extends Json>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) this.stop('a value is due');
    this.at += word.length;
    return value;
  }

  private space(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.at += 1;
    }
  }

  private stop(what: string): never {
    throw new Stop('syntax', `${what} at character ${this.at}`);
  }
}
