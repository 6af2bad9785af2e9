/** So many failures in a row open the circuit: one may be chance. */
const FAILURES_TO_OPEN = 5;
/** While open, nobody waits; after this long one call tries again. */
const OPEN_FOR_MS = 1_000;

class CircuitOpen extends Error {
  readonly code = 'CIRCUIT_OPEN';
  override name = 'CircuitOpen';
}

export type Circuit = {
  /** Throws {@link CircuitOpen} when it should not be tried; else what follows is told by `worked` or `failed`. */
  assertClosed(): void;
  worked(): void;
  failed(): void;
};

/** Stops asking a store that does not answer: waiting again and again would cost each caller the same. */
export function circuit(now: () => number): Circuit {
  let failures = 0;
  let closedFrom = 0;
  return {
    assertClosed() {
      if (failures < FAILURES_TO_OPEN) return;
      if (now() < closedFrom) throw new CircuitOpen('the store did not answer lately: not asked');
      closedFrom = now() + OPEN_FOR_MS; // this one call tries; the others go on without
    },
    worked() {
      failures = 0;
    },
    failed() {
      failures += 1;
      if (failures >= FAILURES_TO_OPEN) closedFrom = now() + OPEN_FOR_MS;
    },
  };
}
