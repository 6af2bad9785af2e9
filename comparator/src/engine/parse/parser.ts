import { Stop } from './document-fault.ts';
import { type Json, JsonNumber, type JsonObject } from './json.ts';
import type { Twin } from './parsed-text-index.ts';

/** Deeper documents are refused; a parser without this limit dies of a 10 kB body of brackets. */
export const MAX_DEPTH = 500;

/** Whatever is below the blank. */
const CONTROL_CHARACTER = /[^ -\uffff]/;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
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

/** Reads one text; see `parse`. */
export class Parser {
  private readonly text: string;
  private readonly takesLoneSurrogates: boolean;
  /** No control character at all: then a string ends at the next quote, and nothing in it needs a look. */
  private readonly isClean: boolean;
  marks: Twin | null = null;
  twin: Twin | null = null;
  /** The next backslash at or behind the place it was last asked for. */
  private backslash = -1;
  private at = 0;

  constructor(text: string, takesLoneSurrogates: boolean) {
    this.text = text;
    this.takesLoneSurrogates = takesLoneSurrogates;
    this.isClean = !CONTROL_CHARACTER.test(text);
  }

  document(): Json {
    const value = this.value(0, this.twin?.value);
    this.space();
    if (this.at < this.text.length) this.stop('text after the document');
    return value;
  }

  /** `like`: the value of the twin at this place. */
  private value(depth: number, like: Json | undefined): Json {
    this.space();
    switch (this.text.charCodeAt(this.at)) {
      case 0x7b:
        return this.shared(like) ?? this.object(depth + 1, like instanceof Map ? like : undefined);
      case 0x5b:
        return this.shared(like) ?? this.array(depth + 1, Array.isArray(like) ? like : undefined);
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

  private shared(like: Json | undefined): Json | undefined {
    if (this.twin === null || like === undefined) return undefined;
    const length = this.twin.lengthAt(like, this.text, this.at);
    this.at += length;
    return length > 0 ? like : undefined;
  }

  private object(depth: number, like: JsonObject | undefined): JsonObject {
    const start = this.at;
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
      object.set(key, this.value(depth, like?.get(key)));
    } while (this.continues(0x7d));
    this.marks?.mark(object, start, this.at);
    return object;
  }

  /** After an element that is not the twin's, the next may be its next (one was put in) or the one after (one was changed). */
  private array(depth: number, like: Json[] | undefined): Json[] {
    const start = this.at;
    this.enter(depth);
    const array: Json[] = [];
    if (this.closes(0x5d)) return array;
    let due = 0;
    let others = 0;
    do {
      this.space();
      const inserted = others > 0 && this.shared(like?.[due]);
      const item = inserted ? (like?.[due] as Json) : this.value(depth, like?.[due + others]);
      array.push(item);
      if (inserted) [due, others] = [due + 1, 0];
      else if (like !== undefined && item === like[due + others]) [due, others] = [due + others + 1, 0];
      else others += 1;
    } while (this.continues(0x5d));
    this.marks?.mark(array, start, this.at);
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
    const end = text.indexOf('"', start);
    if (this.isClean && end >= 0) {
      if (this.backslash < start) {
        const next = text.indexOf('\\', start);
        this.backslash = next < 0 ? text.length : next;
      }
      if (end < this.backslash) {
        this.at = end + 1;
        return text.slice(start, end);
      }
    }
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
    const { text } = this;
    const start = this.at;
    let i = start;
    if (text.charCodeAt(i) === 0x2d) i += 1;
    const first = text.charCodeAt(i);
    if (!(first >= 0x30 && first <= 0x39)) return this.noNumber();
    i = first === 0x30 ? i + 1 : this.digits(i);
    if (text.charCodeAt(i) === 0x2e) {
      const end = this.digits(i + 1);
      i = end > i + 1 ? end : i; // a point without digits is text after the number
    }
    if ((text.charCodeAt(i) | 0x20) === 0x65) {
      const sign = text.charCodeAt(i + 1);
      const from = sign === 0x2b || sign === 0x2d ? i + 2 : i + 1;
      const end = this.digits(from);
      i = end > from ? end : i;
    }
    this.at = i;
    return new JsonNumber(text.slice(start, i));
  }

  /** The place behind the digits that begin here. */
  private digits(from: number): number {
    let i = from;
    for (let code = this.text.charCodeAt(i); code >= 0x30 && code <= 0x39; code = this.text.charCodeAt(i))
      i += 1;
    return i;
  }

  private noNumber(): never {
    NOT_A_NUMBER.lastIndex = this.at;
    if (NOT_A_NUMBER.test(this.text))
      throw new Stop('not-a-number', `NaN or Infinity at character ${this.at}`);
    return this.stop('a value is due');
  }

  private word<T extends Json>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) this.stop('a value is due');
    this.at += word.length;
    return value;
  }

  private space(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code > 0x20) return;
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.at += 1;
    }
  }

  private stop(what: string): never {
    throw new Stop('syntax', `${what} at character ${this.at}`);
  }
}
