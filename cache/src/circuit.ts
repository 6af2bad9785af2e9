/** So many failures, and no answer for so long: a hiccup fails all calls that are under way at once, and is over by then. */
const FAILURES_TO_OPEN = 5;
const SILENT_FOR_MS = 100;
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
  let silentSince = 0;
  let closedFrom: number | null = null;
  return {
    assertClosed() {
      if (closedFrom === null) return;
      if (now() < closedFrom) throw new CircuitOpen('the store did not answer lately: not asked');
      closedFrom = now() + OPEN_FOR_MS; // this one call tries; the others go on without
    },
    worked() {
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
