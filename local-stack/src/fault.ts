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
