import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CircuitBreaker, FAILURES_IN_A_ROW, REST_MS } from './circuit-breaker.ts';
import type { Exchange } from './legacy-transport.ts';

const answered: Exchange<string> = { kind: 'answered', answer: 'yes' };
const noAnswer: Exchange<string> = { kind: 'no-answer', why: 'the session was closed' };
const noRoom: Exchange<string> = { kind: 'not-sent', why: 'no room' };
const CIRCUIT_OPEN = { kind: 'not-sent', why: 'the legacy core does not answer: circuit open' };

let breaker: CircuitBreaker;
let opened: number;
const call = (exchange: Exchange<string>) => breaker.call(async () => exchange);
/** Whether the next call reaches the core, which then gives this exchange. */
const reaches = async (exchange: Exchange<string> = answered): Promise<boolean> => {
  const exchanged = vi.fn(async () => exchange);
  await breaker.call(exchanged);
  return exchanged.mock.calls.length === 1;
};
const failInARow = async (times: number): Promise<void> => {
  for (let n = 0; n < times; n++) await call(noAnswer);
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  opened = 0;
  breaker = new CircuitBreaker(() => {
    opened += 1;
  });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the circuit to a legacy core', () => {
  it('opens after the full number of calls in a row without an answer', async () => {
    await failInARow(FAILURES_IN_A_ROW - 1);
    expect(await reaches(answered)).toBe(true);
    await failInARow(FAILURES_IN_A_ROW);
    expect(await call(answered)).toEqual(CIRCUIT_OPEN);
    expect(opened).toBe(1);
  });

  it('counts a call that was not sent neither as failure nor as success', async () => {
    await failInARow(FAILURES_IN_A_ROW - 1);
    for (let n = 0; n < FAILURES_IN_A_ROW; n++) expect(await call(noRoom)).toEqual(noRoom);
    expect(await reaches(noAnswer)).toBe(true);
    expect(opened).toBe(1);
  });

  it('stays open if the test call could not be sent', async () => {
    await failInARow(FAILURES_IN_A_ROW);
    vi.advanceTimersByTime(REST_MS);
    expect(await call(noRoom)).toEqual(noRoom);
    expect(await reaches()).toBe(false);
    vi.advanceTimersByTime(REST_MS);
    expect(await call(answered)).toEqual(answered);
    expect(await reaches()).toBe(true);
  });

  it('is tested by one call at a time; other calls return at once', async () => {
    await failInARow(FAILURES_IN_A_ROW);
    vi.advanceTimersByTime(REST_MS);
    let answer: (exchange: Exchange<string>) => void = () => undefined;
    const trying = breaker.call(() => new Promise<Exchange<string>>((resolve) => (answer = resolve)));
    expect(await Promise.race([call(answered), trying])).toEqual(CIRCUIT_OPEN);
    answer(answered);
    expect(await trying).toEqual(answered);
    expect(await reaches()).toBe(true);
  });

  it('opens again if the test call gets no answer', async () => {
    await failInARow(FAILURES_IN_A_ROW);
    vi.advanceTimersByTime(REST_MS);
    expect(await call(noAnswer)).toEqual(noAnswer);
    expect(await reaches()).toBe(false);
  });

  it('throws the fault of a call that could not be written, and stays as it was', async () => {
    const fault = new Error('cannot be encoded');
    const faulty = () => breaker.call(() => Promise.reject(fault));
    await expect(faulty()).rejects.toBe(fault);
    await failInARow(FAILURES_IN_A_ROW);
    vi.advanceTimersByTime(REST_MS);
    await expect(faulty()).rejects.toBe(fault);
    expect(await reaches()).toBe(false);
  });
});
