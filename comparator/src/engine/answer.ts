import type { Json } from './json.ts';
import { type Parsed, parse } from './parse.ts';

/** What a core answered, as it came over the wire. The body is read as JSON once, and only if somebody asks. */
export class Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  #document: Parsed | null | undefined;

  constructor(status: number, headers: Readonly<Record<string, string>>, body: Uint8Array) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  /** The body as a JSON document or its fault; null when the answer does not say that it is JSON, or is empty. */
  document(): Parsed | null {
    if (this.#document === undefined) {
      const saysJson = /[/+]json\s*(;|$)/i.test(this.headers['content-type'] ?? '');
      this.#document = saysJson && this.body.length > 0 ? parse(this.body) : null;
    }
    return this.#document;
  }

  /** The JSON document, or undefined when there is none that can be read. */
  json(): Json | undefined {
    const document = this.document();
    return document?.ok === true ? document.value : undefined;
  }
}
