import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhenResult,
} from 'cockatiel';
import type { Exchange } from './telegram-transport/telegram-session.ts';

/** Calls in a row without an answer after which the core is given a rest. */
export const FAILURES_IN_A_ROW = 20;
/** Then one call at a time tries whether it is back. */
export const REST_MS = 1_000;

/**
 * Stops calling a core that does not answer: what would wait for nothing is told at once that it was not sent. An
 * answer of any kind, also a refusal or a fault of the core, is an answer. What was never sent says nothing of the
 * core: with the circuit closed it counts as neither failure nor success, and the call that should try whether the
 * core is back has then tried nothing, so the rest begins again.
 */
export class Breaker {
  readonly #policy: CircuitBreakerPolicy;

  constructor(onOpened: () => void) {
    this.#policy = circuitBreaker(
      handleWhenResult((exchange) => (exchange as Exchange<unknown>).kind === 'no-answer').orType(Untried),
      { halfOpenAfter: REST_MS, breaker: new ConsecutiveBreaker(FAILURES_IN_A_ROW) },
    );
    this.#policy.onBreak(onOpened);
  }

  async call<T>(exchange: () => Promise<Exchange<T>>): Promise<Exchange<T>> {
    const { state } = this.#policy;
    if (state === CircuitState.HalfOpen) return CIRCUIT_OPEN; // cockatiel would let it wait for the one that tries
    try {
      return await this.#policy.execute(() => sent(exchange, { tries: state !== CircuitState.Closed }));
    } catch (caught) {
      const fault = caught instanceof Untried ? caught.cause : caught;
      if (fault instanceof NotSent) return { kind: 'not-sent', why: fault.message };
      if (fault instanceof BrokenCircuitError) return CIRCUIT_OPEN;
      throw fault;
    }
  }
}

const CIRCUIT_OPEN = {
  kind: 'not-sent',
  why: 'the legacy core does not answer: circuit open',
} as const satisfies Exchange<never>;

/** Leaves the circuit as it is by throwing, for a result would be a success; cockatiel closes it for what is thrown in a trial. */
async function sent<T>(exchange: () => Promise<Exchange<T>>, { tries }: { tries: boolean }) {
  try {
    const made = await exchange();
    if (made.kind === 'not-sent') throw new NotSent(made.why);
    return made;
  } catch (fault) {
    throw tries ? new Untried('nothing was sent', { cause: fault }) : fault;
  }
}

class NotSent extends Error {}
/** The call that tries never reached the core. */
class Untried extends Error {}
