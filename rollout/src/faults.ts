import { Fault, faultCodes } from '@core-exit/process/faults';

/**
 * The fault codes of this room. `npm run fault-codes` reads them for docs/fault-codes.md.
 * @public
 */
export const ROLLOUT_FAULTS = faultCodes({
  UNLEASH: {
    meaning: 'Unleash did not answer, or refused a call',
    next: 'check UNLEASH_URL, UNLEASH_ADMIN_TOKEN and that the server is up',
  },
  FLAG_NOT_OURS: {
    meaning: 'the flag in Unleash is missing, or has strategies that the rollout did not write',
    next: 'run `rollout init`; if the flag has other strategies, first delete them in Unleash',
  },
  STORE: {
    meaning: 'the database of the rollout did not answer, or refused a statement',
    next: 'check DATABASE_URL and that the server is up, and run `rollout migrate`',
  },
});

export class UnleashFault extends Fault {
  constructor(call: string, detail: string, cause?: unknown) {
    super(ROLLOUT_FAULTS.UNLEASH, `Unleash: ${call}: ${detail}`, { cause });
  }
}

export class FlagNotOurs extends Fault {
  constructor(flag: string, detail: string) {
    super(ROLLOUT_FAULTS.FLAG_NOT_OURS, `flag ${flag}: ${detail}`);
  }
}

export class StoreFault extends Fault {
  constructor(what: string, cause: unknown) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    super(ROLLOUT_FAULTS.STORE, `database of the rollout: ${what}: ${detail}`, { cause });
  }
}
