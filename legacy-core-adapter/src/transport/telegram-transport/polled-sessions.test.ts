import { waitFor } from '@core-exit/local-stack/testing';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FIRST_DIALECT } from '../../../telegram/dialect.ts';
import { newGuid } from '../../../telegram/guid.ts';
import { POLL } from '../../../telegram/messages/index.ts';
import { decodeHeader } from '../../../telegram/telegram.ts';
import {
  answersPolls,
  pollAnswer,
  refusesPolls,
  type ScriptedCore,
  scriptedCore,
} from '../../../testing/scripted-core.ts';
import { outgoingTelegram, pollIn } from './outgoing-telegram.ts';
import { SessionPool, type SessionPoolOptions } from './session-pool.ts';

let core: ScriptedCore;
let pool: SessionPool;

function open(own: Partial<SessionPoolOptions> = {}): void {
  pool = new SessionPool({
    address: core.address,
    log: pino({ level: 'silent' }),
    random: () => 1,
    poll: pollIn(FIRST_DIALECT),
    sessions: 1,
    pollEveryMs: 60_000,
    ...own,
  });
}
const ready = () => waitFor(() => pool.ready, { timeoutMs: 5_000, what: 'a session with the core' });

beforeEach(async () => {
  core = await scriptedCore();
});
afterEach(async () => {
  await pool.stop();
  core.stop();
});

describe('a held session', () => {
  it('is polled while it is open, so that no firewall drops it', async () => {
    let polls = 0;
    core.onTelegram = (socket, telegram) => {
      if (decodeHeader(telegram).TR_CD === POLL.trCd) polls += 1;
      answersPolls(socket, telegram);
    };
    open({ pollEveryMs: 20 });
    await waitFor(() => polls >= 5, { timeoutMs: 5_000, what: 'five polls' });
    expect(core.connectedAtMs).toHaveLength(1);
  });

  it('is closed if its core answers a poll with a refusal, and opened again when the core works', async () => {
    open({ pollEveryMs: 20 });
    await ready();
    core.onTelegram = refusesPolls;
    await waitFor(() => !pool.ready, { timeoutMs: 5_000, what: 'the end of the session' });
    core.onTelegram = answersPolls;
    await ready();
    expect(core.connectedAtMs.length).toBeGreaterThan(1);
  });
});

describe('a core that takes no session', () => {
  /** Pauses before the second and each later attempt, in ms. */
  const pauses = (): number[] =>
    core.connectedAtMs.slice(1).map((at, i) => at - (core.connectedAtMs[i] ?? 0));

  it('gets attempts with growing pauses; after a session that was open, the next attempt comes soon', async () => {
    core.onTelegram = (socket) => socket.resetAndDestroy();
    open();
    await waitFor(() => pauses().length >= 3, { timeoutMs: 10_000, what: 'four attempts' });
    // timers may fire a ms early
    for (const [i, leastMs] of [100, 200, 400].entries())
      expect(pauses()[i]).toBeGreaterThanOrEqual(leastMs - 2);

    core.onTelegram = answersPolls;
    await ready();
    const attempts = core.connectedAtMs.length;
    const lostAtMs = performance.now();
    for (const socket of core.sockets) socket.destroy();
    await waitFor(() => core.connectedAtMs.length > attempts, { timeoutMs: 5_000, what: 'a new session' });
    expect((core.connectedAtMs[attempts] ?? 0) - lostAtMs).toBeLessThan(800);
  }, 20_000);
});

describe('a call that had to wait for a session', () => {
  const poll = (withinMs: number) =>
    pool.exchange(outgoingTelegram({ message: POLL, body: {}, guid: newGuid(), withinMs }, new Date()));

  it('sends the rest of its time in TMO_MS, and takes no longer than its time', async () => {
    open({ inFlight: 1 });
    await ready();
    const listened: number[] = [];
    let answerFirst: () => void = () => undefined;
    core.onTelegram = (socket, telegram) => {
      listened.push(Number(decodeHeader(telegram).TMO_MS));
      if (listened.length === 1) answerFirst = () => void socket.write(pollAnswer(telegram));
    };
    const startedMs = performance.now();
    const first = poll(900);
    const second = poll(900);
    await waitFor(() => listened.length === 1 && performance.now() - startedMs > 400, { timeoutMs: 2_000 });
    answerFirst();
    expect(await first).toMatchObject({ kind: 'answered' });
    expect(await second).toMatchObject({ kind: 'no-answer' });
    expect(performance.now() - startedMs).toBeLessThan(1_200);
    expect(listened[0]).toBeGreaterThan(500);
    expect(listened[1]).toBeLessThanOrEqual(500);
    expect(listened[1]).toBeGreaterThan(100);
  });
});
