import { setTimeout as pause } from 'node:timers/promises';
import { TR_CODES } from '../../telegram/codes.ts';
import type { Header } from '../../telegram/header.ts';
import type { Answers } from '../server/session.ts';
import type { Behaviour } from './behaviour.ts';
import { drawnMs } from './latency.ts';

type Outcome = Awaited<ReturnType<Answers>>;

export type Work = {
  header: Header;
  /** Does the work and writes its answer. */
  execute: () => Promise<Buffer>;
  /** The answer that refuses the request unexecuted. */
  reject: () => Buffer;
};

/** The mishaps in the order in which a draw falls on them. */
const MISHAPS = [
  'rejects',
  'dropsRequests',
  'resetsBefore',
  'dropsAnswers',
  'resetsAfter',
  'duplicates',
  'late',
  'stalls',
] as const satisfies (keyof Behaviour)[];
type Mishap = (typeof MISHAPS)[number];

/** One legacy core's conduct: what it does to each answer, and how long it stands still. */
export class Conduct {
  behaviour: Behaviour;
  readonly #random: () => number;
  #standsStillUntilMs = 0;

  constructor(behaviour: Behaviour, random: () => number) {
    this.behaviour = behaviour;
    this.#random = random;
  }

  /** Answers one request as the present behaviour has it. */
  async answer(work: Work): Promise<Outcome> {
    const { latency, lateByMs, stallMs } = this.behaviour;
    const mishap = this.#mishapOf(work.header.TR_CD);
    if (mishap === 'rejects') return [work.reject()];
    if (mishap === 'dropsRequests') return [];
    if (mishap === 'resetsBefore') return 'reset';
    if (mishap === 'stalls') this.#standsStillUntilMs = performance.now() + stallMs;
    await this.#standStill();

    const bytes = await work.execute();
    if (mishap === 'dropsAnswers') return [];
    if (mishap === 'resetsAfter') return 'reset';
    const delayMs = drawnMs(latency, this.#random());
    if (delayMs > 0) await pause(delayMs);
    if (mishap === 'late') await pause(Number(work.header.TMO_MS) + lateByMs);
    return mishap === 'duplicates' ? [bytes, bytes] : [bytes];
  }

  async #standStill(): Promise<void> {
    const leftMs = this.#standsStillUntilMs - performance.now();
    if (leftMs > 0) await pause(leftMs);
  }

  #mishapOf(trCd: string): Mishap | null {
    const { of } = this.behaviour;
    if (of === null ? trCd === TR_CODES.poll : !of.includes(trCd)) return null;
    let draw = this.#random();
    for (const mishap of MISHAPS) {
      draw -= this.behaviour[mishap];
      if (draw < 0) return mishap;
    }
    return null;
  }
}
