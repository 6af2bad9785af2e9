import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhenResult,
} from 'cockatiel';
import type { Exchange } from './legacy-transport.ts';

/** The circuit opens after this many calls in a row without an answer. */
export const FAILURES_IN_A_ROW = 20;
/** After this time one call at a time tests whether the core answers again. */
export const REST_MS = 1_000;

/**
 * Sends no more calls to a core that does not answer. While the circuit is open, a call returns `not-sent` at once instead of
 * waiting in vain. An answer of any kind counts as an answer, even a refusal or a fault of the core. A call that was not sent
 * proves nothing about the core: with the circuit closed such a call counts neither as failure nor as success, and as
 * the test call of an open circuit it starts the rest again.
 */
export class CircuitBreaker {
  readonly #policy: CircuitBreakerPolicy;

  constructor(onOpened: () => void) {
    this.#policy = circuitBreaker(
      handleWhenResult((exchange) => (exchange as Exchange<unknown>).kind === 'no-answer').orType(
        TestCallNotSent,
      ),
      { halfOpenAfter: REST_MS, breaker: new ConsecutiveBreaker(FAILURES_IN_A_ROW) },
    );
    this.#policy.onBreak(onOpened);
  }

  async call<T>(exchange: () => Promise<Exchange<T>>): Promise<Exchange<T>> {
    const { state } = this.#policy;
    if (state === CircuitState.HalfOpen) return CIRCUIT_OPEN; // cockatiel would let this call wait for the test call
    try {
      return await this.#policy.execute(() => sent(exchange, { isTestCall: state !== CircuitState.Closed }));
    } catch (caught) {
      const fault = caught instanceof TestCallNotSent ? caught.cause : caught;
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

/**
 * Throws for a call that was not sent, because a result would count as success. A test call throws another class, because
 * cockatiel closes the circuit for an error of a test call that the policy does not handle.
 */
async function sent<T>(exchange: () => Promise<Exchange<T>>, { isTestCall }: { isTestCall: boolean }) {
  try {
    const made = await exchange();
    if (made.kind === 'not-sent') throw new NotSent(made.why);
    return made;
  } catch (fault) {
    throw isTestCall ? new TestCallNotSent('the test call was not sent', { cause: fault }) : fault;
  }
}

class NotSent extends Error {}
class TestCallNotSent extends Error {}
