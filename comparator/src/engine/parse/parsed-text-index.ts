import type { Json } from './json.ts';

/** A document that was read, and where each larger list and object of it stands in its text. */
export class Twin {
  text = '';
  value: Json = null;
  private readonly places = new Map<Json, number>();
  private readonly ends: number[] = [];
  private readonly starts: number[] = [];

  mark(value: Json, start: number, end: number): void {
    if (end - start < MIN_SHARED_LENGTH) return;
    this.places.set(value, this.starts.length);
    this.starts.push(start);
    this.ends.push(end);
  }

  /** How long the text of the value is, if the other text says the same at a place; else 0. */
  lengthAt(value: Json, text: string, at: number): number {
    const place = this.places.get(value);
    if (place === undefined) return 0;
    const [start, end] = [this.starts[place] as number, this.ends[place] as number];
    const length = end - start;
    // twenty times as fast as startsWith (V8 14), which compares character by character
    return text.slice(at, at + length) === this.text.slice(start, end) ? length : 0;
  }
}

/** Shorter values are read again faster than they are looked up. */
const MIN_SHARED_LENGTH = 40;
