/** Trouble of the local stack: what happened, a stable code, and what the developer does next. */
export class Fault extends Error {
  readonly code: string;
  readonly next: string;

  constructor(code: string, message: string, next: string, options?: ErrorOptions) {
    super(`${message}\n  next: ${next}`, options);
    this.name = new.target.name;
    this.code = code;
    this.next = next;
  }
}

/** What a person should read of an error: a fault explains itself, anything else needs its stack. */
export function messageOf(error: unknown): string {
  if (error instanceof Fault) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
