import { faultCodes } from '@core-exit/process/faults';

/** The fault codes of the runner. */
export const CASES_FAULTS = faultCodes({
  NO_STACK: {
    meaning: 'the stack that the runner started ended or was not ready in time',
    next: 'read the output of the stack, or start it with "npm run --silent stack -- --json" and use --stack',
  },
  NOTHING_TO_CAPTURE: {
    meaning: 'the ledger has no such account, no such entry, or no terms of the product on that day',
    next: 'compare the account and the basis with the answer',
  },
  NO_ORACLE: {
    meaning: 'the cores disagree with each other or with a golden row, so there is no answer to record',
    next: 'decide from the terms and the law which core is wrong, and correct that core',
  },
});
