/** One line of the list of fault codes: what happened, and what the operator does next. */
export type FaultCode = {
  /** Stable; logs, alerts and runbooks name it. Unique over all rooms, which a test checks. */
  readonly code: string;
  readonly meaning: string;
  readonly next: string;
};

/** The codes of one room, with each key as the code itself; `docs/fault-codes.md` lists the codes of all rooms. */
export function faultCodes<const Table extends Record<string, Omit<FaultCode, 'code'>>>(
  table: Table,
): { readonly [Code in keyof Table]: FaultCode } {
  const entries = Object.entries(table).map(([code, { meaning, next }]) => [code, { code, meaning, next }]);
  return Object.fromEntries(entries) as { readonly [Code in keyof Table]: FaultCode };
}

/** What every process can meet. */
export const PROCESS_FAULTS = faultCodes({
  BAD_INPUT: {
    meaning: 'an argument, a file or the environment is not valid; the message lists every fault found',
    next: 'correct what the message names and run the command again',
  },
  MIGRATION_CHANGED: {
    meaning: 'a schema file that this database already applied was edited afterwards',
    next: 'restore the file as it was released and put the change into a new file',
  },
  MIGRATION_OUT_OF_ORDER: {
    meaning: 'a schema file that this database lacks sorts before a file that it already applied',
    next: 'rename the new file so that it sorts last',
  },
  MIGRATION_BLOCKED: {
    meaning: 'a lock that the migration needs was held by another transaction for too long',
    next: 'look for long transactions in pg_stat_activity, end them or wait, and run migrate again',
  },
  SCHEMA_IS_NEWER: {
    meaning: 'the database was migrated by a newer release than this program',
    next: 'run the release that migrated the database, or a newer one',
  },
});

/** A fault that a person must deal with. Expected refusals are values, not faults. */
export class Fault extends Error {
  readonly code: string;
  /** What the operator does next. */
  readonly next: string;

  /** `next` replaces the advice of the list where the moment allows a better one. */
  constructor(of: FaultCode, message: string, { next, ...options }: ErrorOptions & { next?: string } = {}) {
    super(message, options);
    this.name = new.target.name;
    this.code = of.code;
    this.next = next ?? of.next;
  }
}

/** An argument, a file or the environment is not valid; carries every fault found, not only the first. */
export class BadInput extends Fault {
  constructor(what: string, found: readonly string[]) {
    const list = found.map((fault) => `  - ${fault}`).join('\n');
    super(PROCESS_FAULTS.BAD_INPUT, `${what} is not valid:\n${list}`, { next: `correct ${what}` });
  }
}

/** A fault as a person reads it on standard error; the stack only of errors that nobody foresaw. */
export function faultText(error: unknown): string {
  if (error instanceof Fault) return `${error.code}: ${error.message}\n  next: ${error.next}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
