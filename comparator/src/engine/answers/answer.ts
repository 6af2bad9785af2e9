import type { Json } from '../parse/json.ts';
import { type Parsed, parse, parsePair } from '../parse/parse.ts';

/** The answer of a core as it was received. The body is parsed as JSON at most once, on first use. */
export class Answer {
  readonly status: number;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  #document: Parsed | null | undefined;

  constructor(status: number, headers: Readonly<Record<string, string>>, body: Uint8Array) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  /** Parses both bodies together, which is faster for similar bodies. Does nothing if one of them is already parsed. */
  static parseBoth(left: Answer, right: Answer): void {
    if (!left.#isUnreadJson() || !right.#isUnreadJson()) return;
    [left.#document, right.#document] = parsePair(left.body, right.body);
  }

  /** The body as a JSON document, or its fault. Null when the body is empty or its content type is not JSON. */
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

  /** The JSON document, or undefined when the body is not valid JSON. */
  json(): Json | undefined {
    const document = this.document();
    return document?.ok === true ? document.value : undefined;
  }
}
