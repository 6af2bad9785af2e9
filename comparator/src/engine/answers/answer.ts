import type { Json } from '../parse/json.ts';
import { type Parsed, parse, parsePair } from '../parse/parse.ts';

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

  /** Reads both bodies together, which is faster where they are alike, unless somebody has read one of them already. */
  static readBoth(left: Answer, right: Answer): void {
    if (!left.#isUnreadJson() || !right.#isUnreadJson()) return;
    [left.#document, right.#document] = parsePair(left.body, right.body);
  }

  /** The body as a JSON document or its fault; null when the answer does not say that it is JSON, or is empty. */
  document(): Parsed | null {
    if (this.#document === undefined) {
      this.#document = this.#isUnreadJson() ? parse(this.body) : null;
    }
    return this.#document;
  }

  #isUnreadJson(): boolean {
    if (this.#document !== undefined || this.body.length === 0) return false;
    return /[/+]json\s*(;|$)/i.test(this.headers['content-type'] ?? '');
  }

  /** The JSON document, or undefined when there is none that can be read. */
  json(): Json | undefined {
    const document = this.document();
    return document?.ok === true ? document.value : undefined;
  }
}
