import { Fault } from '@core-exit/process/faults';
import { CACHE_FAULTS } from './faults.ts';

/**
 * The circuit opens after so many failures in a row, if the store has not answered for so long. The time is needed
 * because a short pause of the store fails all calls in progress at once.
 */
const FAILURES_TO_OPEN = 5;
const SILENT_FOR_MS = 100;
/** While the circuit is open no call is made; after this time one call tries again. */
const OPEN_FOR_MS = 1_000;

export type Circuit = {
  /** Throws the fault CIRCUIT_OPEN if no call may be made. Otherwise `succeeded` or `failed` must be called afterwards. */
  assertClosed(): void;
  succeeded(): void;
  failed(): void;
};

/** A circuit breaker: stops calls to a store that does not answer, because each caller would wait in vain. */
export function circuit(now: () => number): Circuit {
  let failures = 0;
  let silentSince = 0;
  let closedFrom: number | null = null;
  return {
    assertClosed() {
      if (closedFrom === null) return;
      if (now() < closedFrom) {
        throw new Fault(CACHE_FAULTS.CIRCUIT_OPEN, 'the store did not answer before, so it is not called');
      }
      closedFrom = now() + OPEN_FOR_MS; // this call tries; other calls are refused for another second
    },
    succeeded() {
      failures = 0;
      closedFrom = null;
    },
    failed() {
      failures += 1;
      if (failures === 1) silentSince = now();
      const isSilent = failures >= FAILURES_TO_OPEN && now() - silentSince >= SILENT_FOR_MS;
      if (isSilent) closedFrom = now() + OPEN_FOR_MS;
    },
  };
}
