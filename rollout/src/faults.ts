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

/** A file or the environment is not as it must be; carries every fault found, not only the first. */
export class BadInput extends Fault {
  constructor(what: string, found: readonly string[]) {
    super(
      'BAD_INPUT',
      `${what} is not valid:\n${found.map((f) => `  - ${f}`).join('\n')}`,
      `correct ${what}`,
    );
  }
}

export class UnleashFault extends Fault {
  constructor(call: string, detail: string, cause?: unknown) {
    super(
      'UNLEASH',
      `Unleash: ${call}: ${detail}`,
      'check UNLEASH_URL, UNLEASH_ADMIN_TOKEN and that the server is up',
      { cause },
    );
  }
}

/** The flag in Unleash is not one this program may steer. */
export class FlagNotOurs extends Fault {
  constructor(flag: string, detail: string) {
    super(
      'FLAG_NOT_OURS',
      `flag ${flag}: ${detail}`,
      'run `rollout init`; a flag with other strategies must first be cleared by a person',
    );
  }
}

/** The rollout's database did not do what it was asked. */
export class StoreFault extends Fault {
  constructor(what: string, cause: unknown) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    super(
      'STORE',
      `the rollout's database: ${what}: ${detail}`,
      'check DATABASE_URL, and run `rollout migrate`',
      {
        cause,
      },
    );
  }
}
