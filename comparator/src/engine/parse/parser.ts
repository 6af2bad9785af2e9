import { InvalidDocument } from './document-fault.ts';
import { type Json, JsonNumber, type JsonObject } from './json.ts';
import type { ParsedTextIndex } from './parsed-text-index.ts';

/** Deeper documents are refused, because 10 kB of brackets would overflow the stack of a parser without this limit. */
export const MAX_DEPTH = 500;

/** Every character below the blank. */
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

/** Parses one text; see `parse`. */
export class Parser {
  private readonly text: string;
  private readonly acceptsLoneSurrogates: boolean;
  /** The text has no control character, so a string without a backslash ends at the next quote and needs no check. */
  private readonly isClean: boolean;
  /** Records where the values of this document stand. */
  index: ParsedTextIndex | null = null;
  /** The other document, whose values are reused where both texts are equal. */
  reference: ParsedTextIndex | null = null;
  /** The index of the next backslash after the start of the last string. */
  private backslash = -1;
  private at = 0;

  constructor(text: string, acceptsLoneSurrogates: boolean) {
    this.text = text;
    this.acceptsLoneSurrogates = acceptsLoneSurrogates;
    this.isClean = !CONTROL_CHARACTER.test(text);
  }

  document(): Json {
    const value = this.value(0, this.reference?.value);
    this.space();
    if (this.at < this.text.length) this.fail('there is text after the document');
    return value;
  }

  /** `like`: the value of the reference document at this place. */
  private value(depth: number, like: Json | undefined): Json {
    this.space();
    switch (this.text.charCodeAt(this.at)) {
      case 0x7b:
        return this.reused(like) ?? this.object(depth + 1, like instanceof Map ? like : undefined);
      case 0x5b:
        return this.reused(like) ?? this.array(depth + 1, Array.isArray(like) ? like : undefined);
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

  private reused(like: Json | undefined): Json | undefined {
    if (this.reference === null || like === undefined) return undefined;
    const length = this.reference.lengthAt(like, this.text, this.at);
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
      if (this.text.charCodeAt(this.at) !== QUOTE) this.fail('a key is missing');
      const key = this.string();
      if (object.has(key))
        throw new InvalidDocument('duplicate-key', `a key appears twice at character ${this.at}`);
      this.space();
      if (this.text.charCodeAt(this.at) !== 0x3a) this.fail('a colon is missing');
      this.at += 1;
      object.set(key, this.value(depth, like?.get(key)));
    } while (this.continues(0x7d));
    this.index?.add(object, start, this.at);
    return object;
  }

  /**
   * Elements are expected in the order of the reference. After an element that differs, the next one is compared with two
   * elements of the reference: the one that was expected (an element was inserted) and the one after it (it was changed).
   */
  private array(depth: number, like: Json[] | undefined): Json[] {
    const start = this.at;
    this.enter(depth);
    const array: Json[] = [];
    if (this.closes(0x5d)) return array;
    let next = 0;
    let changed = 0;
    do {
      this.space();
      const inserted = changed > 0 && this.reused(like?.[next]);
      const item = inserted ? (like?.[next] as Json) : this.value(depth, like?.[next + changed]);
      array.push(item);
      if (inserted) [next, changed] = [next + 1, 0];
      else if (like !== undefined && item === like[next + changed]) [next, changed] = [next + changed + 1, 0];
      else changed += 1;
    } while (this.continues(0x5d));
    this.index?.add(array, start, this.at);
    return array;
  }

  private enter(depth: number): void {
    if (depth > MAX_DEPTH)
      throw new InvalidDocument('too-deep', `the document has more than ${MAX_DEPTH} levels`);
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
    return this.fail('a comma or a closing bracket is missing');
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
    return this.fail('a string has no end or contains a control character');
  }

  private escapedString(start: number, firstEscape: number): string {
    const { text } = this;
    let result = text.slice(start, firstEscape);
    let i = firstEscape;
    for (;;) {
      const code = text.charCodeAt(i);
      if (code === QUOTE) break;
      if (!(code >= 0x20)) this.fail('a string has no end or contains a control character');
      if (code !== BACKSLASH) {
        result += text[i];
        i += 1;
        continue;
      }
      const letter = text[i + 1] ?? '';
      if (letter === 'u') {
        const hex = text.slice(i + 2, i + 6);
        if (!/^[0-9a-fA-F]{4}$/.test(hex)) this.fail('an escape sequence is not valid');
        result += String.fromCharCode(Number.parseInt(hex, 16));
        i += 6;
      } else {
        result += ESCAPES[letter] ?? this.fail('an escape sequence is not valid');
        i += 2;
      }
    }
    if (!this.acceptsLoneSurrogates && !result.isWellFormed())
      throw new InvalidDocument('lone-surrogate', `half a surrogate pair before character ${i}`);
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
      i = end > i + 1 ? end : i; // a point without digits is not part of the number
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

  /** The index after the digits that begin at `from`. */
  private digits(from: number): number {
    let i = from;
    for (let code = this.text.charCodeAt(i); code >= 0x30 && code <= 0x39; code = this.text.charCodeAt(i))
      i += 1;
    return i;
  }

  private noNumber(): never {
    NOT_A_NUMBER.lastIndex = this.at;
    if (NOT_A_NUMBER.test(this.text))
      throw new InvalidDocument('not-a-number', `NaN or Infinity at character ${this.at}`);
    return this.fail('a value is missing');
  }

  private word<T extends Json>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) this.fail('a value is missing');
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

  private fail(what: string): never {
    throw new InvalidDocument('syntax', `${what} at character ${this.at}`);
  }
}
