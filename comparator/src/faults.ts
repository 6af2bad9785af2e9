/** Trouble that a person must deal with: what happened, a stable code, and what to do next. */
export class Fault extends Error {
  readonly code: string;
  readonly next: string;

  constructor(code: string, message: string, next: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.next = next;
  }
}

/** The environment or the operations file is not as it must be; carries every fault found, not only the first. */
export class BadInput extends Fault {
  constructor(what: string, found: readonly string[]) {
    super(
      'BAD_INPUT',
      `${what} is not valid:\n${found.map((f) => `  - ${f}`).join('\n')}`,
      `correct ${what}`,
    );
  }
}
