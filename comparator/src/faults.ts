import { faultCodes } from '@core-exit/process/faults';

/** Faults of the comparator that a person must deal with. */
export const COMPARATOR_FAULTS = faultCodes({
  COMPARISON_THREAD_ENDED: {
    meaning:
      'the thread that compares long answers ended or gave no result in time; its request counts as dropped',
    next: "lower the operation's maxAnswerBytes if this repeats",
  },
  GATEWAY: {
    meaning: 'the admin side of a gateway does not answer, or answers with a fault',
    next: 'give the admin address of a running gateway by --admin or ADMIN_URL, and read the log of the gateway',
  },
  NEWER_MESSAGE: {
    meaning: 'a gateway wrote verdicts to Kafka in the format of a newer release than this comparator store',
    next: 'bring comparator store to the release of the gateways: it goes on where it stopped',
  },
  STORE_BEHIND: {
    meaning: 'comparator store has not written all verdicts that are in Kafka',
    next: 'check that comparator store runs, and read its log',
  },
});
