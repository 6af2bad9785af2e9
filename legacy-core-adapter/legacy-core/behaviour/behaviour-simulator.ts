import { setTimeout as pause } from 'node:timers/promises';
import { TR_CODES } from '../../telegram/codes.ts';
import type { Header } from '../../telegram/header.ts';
import type { Behaviour } from './behaviour.ts';
import { drawnMs } from './latency.ts';

/** The session's reaction to a telegram: write these answers, end the session, or reset its connection. */
export type Reaction = readonly Buffer[] | 'end' | 'reset';

export type Execution = {
  header: Header;
  /** Executes the request and returns its answer. */
  execute: () => Promise<Buffer>;
  /** The answer that refuses the request without executing it. */
  reject: () => Buffer;
};

/** The failures, in the order in which a random draw selects one of them. */
const FAILURES = [
  'rejects',
  'dropsRequests',
  'resetsBefore',
  'dropsAnswers',
  'resetsAfter',
  'duplicates',
  'late',
  'stalls',
] as const satisfies (keyof Behaviour)[];
type Failure = (typeof FAILURES)[number];

/** Simulates the latency and the failures of a legacy core. The behaviour can be changed at any time. */
export class BehaviourSimulator {
  behaviour: Behaviour;
  readonly #random: () => number;
  #stalledUntilMs = 0;

  constructor(behaviour: Behaviour, random: () => number) {
    this.behaviour = behaviour;
    this.#random = random;
  }

  /** Answers one request by the present behaviour. */
  async answer({ header, execute, reject }: Execution): Promise<Reaction> {
    const { latency, lateByMs, stallMs } = this.behaviour;
    const failure = this.#failureOf(header.TR_CD);
    if (failure === 'rejects') return [reject()];
    if (failure === 'dropsRequests') return [];
    if (failure === 'resetsBefore') return 'reset';
    if (failure === 'stalls') this.#stalledUntilMs = performance.now() + stallMs;
    await this.#waitWhileStalled();

    const bytes = await execute();
    if (failure === 'dropsAnswers') return [];
    if (failure === 'resetsAfter') return 'reset';
    const delayMs = drawnMs(latency, this.#random());
    if (delayMs > 0) await pause(delayMs);
    if (failure === 'late') await pause(Number(header.TMO_MS) + lateByMs);
    return failure === 'duplicates' ? [bytes, bytes] : [bytes];
  }

  async #waitWhileStalled(): Promise<void> {
    const leftMs = this.#stalledUntilMs - performance.now();
    if (leftMs > 0) await pause(leftMs);
  }

  #failureOf(trCd: string): Failure | null {
    const { of } = this.behaviour;
    if (of === null ? trCd === TR_CODES.poll : !of.includes(trCd)) return null;
    let draw = this.#random();
    for (const failure of FAILURES) {
      draw -= this.behaviour[failure];
      if (draw < 0) return failure;
    }
    return null;
  }
}
