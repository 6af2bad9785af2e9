import { waitFor } from '@core-exit/local-stack/testing';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FIRST_DIALECT } from '../../../telegram/dialect.ts';
import { newGuid } from '../../../telegram/guid.ts';
import { POLL, QUOTE } from '../../../telegram/messages/index.ts';
import { decodeHeader } from '../../../telegram/telegram.ts';
import {
  answersPolls,
  type OnTelegram,
  pollAnswer,
  type ScriptedCore,
  scriptedCore,
} from '../../../testing/scripted-core.ts';
import { outgoingTelegram, pollIn } from './outgoing-telegram.ts';
import { MAX_WAITING, SessionPool } from './session-pool.ts';

const log = pino({ level: 'silent' });

const IN_FLIGHT = 2;

let core: ScriptedCore;
let pool: SessionPool;

const poll = (withinMs = 1_000) =>
  pool.exchange(outgoingTelegram({ message: POLL, body: {}, guid: newGuid(), withinMs }, new Date()));

beforeEach(async () => {
  core = await scriptedCore();
  pool = new SessionPool({
    address: core.address,
    log,
    random: () => 0,
    poll: pollIn(FIRST_DIALECT),
    sessions: 1,
    inFlight: IN_FLIGHT,
    pollEveryMs: 60_000,
  });
  await waitFor(() => pool.ready, { timeoutMs: 2_000 });
});

afterEach(async () => {
  await pool.stop();
  core.stop();
});

describe('the sessions with the legacy core', () => {
  it('give the answer to its caller', async () => {
    expect(await poll()).toMatchObject({ kind: 'answered', answer: { done: true } });
  });

  it('read an answer that arrives byte by byte', async () => {
    core.onTelegram = (socket, telegram) => {
      socket.setNoDelay(true);
      for (const byte of pollAnswer(telegram)) socket.write(Buffer.from([byte]));
    };
    expect(await poll()).toMatchObject({ kind: 'answered' });
  });

  it('have a bounded number of telegrams in flight; further callers wait', async () => {
    let inFlight = 0;
    let most = 0;
    core.onTelegram = (socket, telegram) => {
      most = Math.max(most, ++inFlight);
      setImmediate(() => {
        inFlight--;
        socket.write(pollAnswer(telegram));
      });
    };
    const exchanges = await Promise.all(Array.from({ length: 20 }, () => poll()));
    expect(exchanges.every(({ kind }) => kind === 'answered')).toBe(true);
    expect(most).toBe(IN_FLIGHT);
  });

  it('refuse a call at once and unsent if too many callers wait', async () => {
    core.onTelegram = () => undefined; // hangs
    const calls = Array.from({ length: IN_FLIGHT + MAX_WAITING }, () => poll(300));
    const startedMs = performance.now();
    expect(await poll(300)).toEqual({ kind: 'not-sent', why: 'every session with the legacy core is full' });
    expect(performance.now() - startedMs).toBeLessThan(200);
    await Promise.all(calls);
  });

  it('match answers to telegrams by their GUID, in any order', async () => {
    const held: (() => void)[] = [];
    core.onTelegram = (socket, telegram) => {
      held.push(() => void socket.write(pollAnswer(telegram)));
      if (held.length === IN_FLIGHT) for (const answer of held.reverse()) answer();
    };
    const exchanges = await Promise.all(Array.from({ length: IN_FLIGHT }, () => poll()));
    expect(exchanges.map(({ kind }) => kind)).toEqual(['answered', 'answered']);
  });

  it('ignore an answer that is late and one that comes twice, and stay open', async () => {
    const late: (() => void)[] = [];
    core.onTelegram = (socket, telegram) => void late.push(() => void socket.write(pollAnswer(telegram)));
    const inVain = poll(100);
    await waitFor(() => late.length === 1, { timeoutMs: 1_000 });
    core.onTelegram = (socket, telegram) => {
      const answer = pollAnswer(telegram);
      socket.write(Buffer.concat([answer, answer]));
    };
    expect(await poll()).toMatchObject({ kind: 'answered' }); // bytes arrived, so the session stays open
    expect(await inVain).toMatchObject({ kind: 'no-answer' });
    late[0]?.();
    await waitFor(() => pool.counts().late === 1 && pool.counts().duplicate === 1, { timeoutMs: 1_000 });
    expect(await poll()).toMatchObject({ kind: 'answered' });
    expect(pool.counts()).toMatchObject({ closed: 0, connected: 1, answered: 2, noAnswer: 1 });
  });

  it('send no call to a core that does not answer, until it answers again', async () => {
    core.onTelegram = (socket, telegram) => {
      if (decodeHeader(telegram).TR_CD === 'COM0000') socket.write(pollAnswer(telegram)); // it answers polls only
    };
    const body = { ACNO: '100200000001', CSNO: '', BS_DT: null, BS_SEQ: 0n };
    const quote = (withinMs: number) =>
      pool.exchange(outgoingTelegram({ message: QUOTE, body, guid: newGuid(), withinMs }, new Date()));
    await waitFor(
      async () => {
        await quote(20);
        return pool.counts().circuitOpened > 0;
      },
      { timeoutMs: 15_000 },
    );
    const { sent } = pool.counts();
    expect(await quote(50)).toEqual({
      kind: 'not-sent',
      why: 'the legacy core does not answer: circuit open',
    });
    expect(pool.counts().sent).toBe(sent);
    core.onTelegram = answersPolls;
    await waitFor(async () => (await poll()).kind === 'answered', { timeoutMs: 10_000 });
  }, 30_000);

  it('return no-answer in time if the core hangs; the session is closed and a new one is opened', async () => {
    core.onTelegram = () => undefined;
    const startedMs = performance.now();
    expect(await poll(100)).toMatchObject({ kind: 'no-answer' });
    expect(performance.now() - startedMs).toBeLessThan(300);
    core.onTelegram = answersPolls;
    await waitFor(async () => (await poll()).kind === 'answered', { timeoutMs: 2_000 });
  });

  it('return no-answer if the connection is reset after sending', async () => {
    core.onTelegram = (socket) => socket.resetAndDestroy();
    expect(await poll()).toMatchObject({ kind: 'no-answer' });
  });

  it.each<[string, OnTelegram, string]>([
    ['garbage', (socket) => void socket.write('HTTP/1.1 400 Bad Request'), 'garbage'],
    ['a message longer than any', (socket) => void socket.write('9999'), 'tooLong'],
    ['half an answer', (socket, telegram) => void socket.end(pollAnswer(telegram).subarray(0, 50)), 'closed'],
    [
      'an answer to another GUID',
      (socket, telegram) => void socket.write(pollAnswer(telegram, newGuid())),
      'garbage',
    ],
    [
      'its own request back',
      (socket, telegram) => void socket.write(Buffer.concat([Buffer.from('0116'), telegram])),
      'garbage',
    ],
    [
      'text that is not CP949',
      (socket, telegram) => {
        const bytes = pollAnswer(telegram);
        bytes.writeUInt8(0xff, 4 + 85);
        socket.write(bytes);
      },
      'wrongCharset',
    ],
  ])('return no-answer, are closed and counted if the core sends %s', async (_what, react, counted) => {
    core.onTelegram = react;
    const [session] = core.sockets;
    expect(await poll()).toMatchObject({ kind: 'no-answer' });
    await waitFor(() => session !== undefined && !core.sockets.has(session), { timeoutMs: 2_000 });
    expect(pool.counts()).toMatchObject({ [counted]: 1 });
  });

  it('are not ready while the core does not answer, and refuse a call without a long wait', async () => {
    core.stop();
    await waitFor(() => !pool.ready, { timeoutMs: 2_000 });
    expect(await poll(50)).toMatchObject({ kind: 'not-sent' });
  });

  it('do not lose the answer of a call in flight when the pool stops', async () => {
    let answer: (() => void) | undefined;
    core.onTelegram = (socket, telegram) => {
      answer = () => void socket.write(pollAnswer(telegram));
    };
    const call = poll();
    const stopped = pool.stop();
    await waitFor(() => answer !== undefined, { timeoutMs: 1_000 });
    answer?.();
    expect(await call).toMatchObject({ kind: 'answered' });
    await stopped;
    expect(await poll()).toMatchObject({ kind: 'not-sent' });
  });
});
