import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhenResult,
} from 'cockatiel';
import type { Exchange } from './session.ts';

/** Calls in a row without an answer after which the core is given a rest. */
const FAILURES_IN_A_ROW = 20;
/** Then one call at a time tries whether it is back. */
const REST_MS = 1_000;

/**
 * Stops calling a core that does not answer: what would wait for nothing is told at once that it was not sent. An
 * answer of any kind, also a refusal or a fault of the core, is an answer.
 */
export class Breaker {
  readonly #policy: CircuitBreakerPolicy;

  constructor(onOpened: () => void) {
    this.#policy = circuitBreaker(
      handleWhenResult((exchange) => (exchange as Exchange<unknown>).kind === 'no-answer'),
      { halfOpenAfter: REST_MS, breaker: new ConsecutiveBreaker(FAILURES_IN_A_ROW) },
    );
    this.#policy.onBreak(onOpened);
  }

  async call<T>(exchange: () => Promise<Exchange<T>>): Promise<Exchange<T>> {
    try {
      return await this.#policy.execute(async () => {
        const made = await exchange();
        if (made.kind === 'not-sent') throw new NotSent(made.why);
        return made;
      });
    } catch (fault) {
      if (fault instanceof NotSent) return { kind: 'not-sent', why: fault.message };
      if (!(fault instanceof BrokenCircuitError)) throw fault;
      return { kind: 'not-sent', why: 'the legacy core does not answer: circuit open' };
    }
  }
}

/** What was never sent says nothing of the core: neither a failure nor, as a result would be, a success. */
class NotSent extends Error {}
