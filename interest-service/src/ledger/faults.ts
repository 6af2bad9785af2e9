import { Fault, faultCodes } from '@core-exit/process/faults';

/** Every fault that a process of this service can meet, besides those of `process/`. */
export const INTEREST_FAULTS = faultCodes({
  ACCOUNT_BUSY: {
    meaning: 'another transaction held the account for longer than a payout waits',
    next: 'send the request again after a second; if the account stays busy, look for its lock in pg_locks',
  },
  LEDGER_UNAVAILABLE: {
    meaning: 'the ledger database did not answer or refused to work; nothing was written',
    next: "read the database's log and check its disk and connections",
  },
  COMMIT_OUTCOME_UNKNOWN: {
    meaning: 'the connection was lost around COMMIT: the transaction is committed or it is not',
    next: 'send the request again with the same idempotency key: the answer shows which',
  },
  HEAD_MOVED: {
    meaning: 'the head of a locked account was not where the transaction had read it; nothing was written',
    next: 'find the program that writes core.account without its row lock',
  },
  SESSION_NOT_SAFE: {
    meaning: 'a database connection lacks the limits that the service asked for',
    next: 'connect to PostgreSQL without a pooler that drops connection options; uninstall pg-native',
  },
  LEDGER_INCOMPLETE: {
    meaning: 'the ledger lacks a row that every account or product has',
    next: 'run `interest-service audit` and correct what it finds',
  },
  TAX_RULES_NOT_VALID: {
    meaning: 'a file of tax rules is not valid, or two files have the same version',
    next: 'correct the file that the message names',
  },
  EVENT_REFUSED: {
    meaning: 'the database refused a tax event because of its content; a second attempt ends the same way',
    next: 'correct the cause that the dead letter names, then run `interest-service redrive`',
  },
  PARTITION_LOST: {
    meaning: 'another worker took over a partition before its records were booked',
    next: 'nothing: the records are delivered again',
  },
  TOPIC_NOT_SAFE: {
    meaning: 'the settings of a topic would lose events or mix up their order',
    next: 'change the setting that the message names',
  },
  MONTH_NOT_PROVED: {
    meaning: 'the tax books of a month are not complete, or their totals are not the sums of their lines',
    next: 'run `interest-service reconcile`',
  },
  WRITER_DOES_NOT_END: {
    meaning: 'a transaction still writes to a business date that is over, so the day cannot be sealed',
    next: 'end the transactions that the message names, then run `interest-service seal`',
  },
});

/** Another transaction holds the account. */
export class AccountBusy extends Fault {
  constructor(message: string, options: ErrorOptions = {}) {
    super(INTEREST_FAULTS.ACCOUNT_BUSY, message, options);
  }
}

/** The ledger did not answer; nothing was written. */
export class LedgerUnavailable extends Fault {
  constructor(message: string, options: ErrorOptions = {}) {
    super(INTEREST_FAULTS.LEDGER_UNAVAILABLE, message, options);
  }
}

/** COMMIT was sent and no answer came. */
export class CommitOutcomeUnknown extends Fault {
  constructor(options: ErrorOptions = {}) {
    super(INTEREST_FAULTS.COMMIT_OUTCOME_UNKNOWN, 'no answer to COMMIT', options);
  }
}

/** The database refused a tax event because of its content. */
export class EventRefused extends Fault {
  constructor(message: string, options: ErrorOptions = {}) {
    super(INTEREST_FAULTS.EVENT_REFUSED, message, options);
  }
}

/** The worker lost its partition, or must stop, before the records were booked. */
export class PartitionLost extends Fault {
  constructor() {
    super(INTEREST_FAULTS.PARTITION_LOST, 'the records were not booked: they are delivered again');
  }
}

/** The settings of a topic would lose events or mix up their order. */
export class TopicNotSafe extends Fault {
  constructor(message: string) {
    super(INTEREST_FAULTS.TOPIC_NOT_SAFE, message);
  }
}

/** Nothing may be remitted from the books of this month. */
export class MonthNotProved extends Fault {
  constructor(message: string) {
    super(INTEREST_FAULTS.MONTH_NOT_PROVED, message);
  }
}
