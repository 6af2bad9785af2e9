import { faultCodes } from '@core-exit/process/faults';

/** Faults of a cache's store. `DayCache` handles them: it loads the value from the source. */
export const CACHE_FAULTS = faultCodes({
  STORE_TOO_SLOW: {
    meaning:
      'the store of a cache did not answer within its time limit, so the value was loaded from its source',
    next: 'if this repeats, check the load of the Redis server and the network to it',
  },
  CIRCUIT_OPEN: {
    meaning: 'the store of a cache is not called for a second, because it did not answer before',
    next: 'check that the Redis server runs and can be reached',
  },
});
