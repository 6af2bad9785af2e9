import { waitFor } from '@core-exit/local-stack/testing';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  answersPolls,
  type OnTelegram,
  pollAnswer,
  type ScriptedCore,
  scriptedCore,
} from '../../../testing/scripted-core.ts';
import { POLL, QUOTE } from '../../../telegram/messages/index.ts';
import { decodeHeader } from '../../../telegram/telegram.ts';
import { newGuid, poll, telegramOf } from './telegram-transport.ts';
import { Line, MAX_WAITING } from './session-pool.ts';

const log = pino({ level: 'silent' });

const IN_FLIGHT = 2;

let core: ScriptedCore;
let line: Line;

const ask = (withinMs = 1_000) =>
  line.exchange(telegramOf({ message: POLL, body: {}, guid: newGuid(), withinMs }, new Date()));

beforeEach(async () => {
  core = await scriptedCore();
  line = new Line({
    address: core.address,
    log,
    random: () => 0,
    poll,
    sessions: 1,
    inFlight: IN_FLIGHT,
    pollEveryMs: 60_000,
  });
  await waitFor(() => line.ready, { timeoutMs: 2_000 });
});

afterEach(async () => {
  await line.stop();
  core.stop();
});

describe('the line to the legacy core', () => {
  it('answers the one who asked', async () => {
    expect(await ask()).toMatchObject({ kind: 'answered', answer: { done: true } });
  });

  it('puts an answer together that comes byte by byte', async () => {
    core.onTelegram = (socket, telegram) => {
      socket.setNoDelay(true);
      for (const byte of pollAnswer(telegram)) socket.write(Buffer.from([byte]));
    };
    expect(await ask()).toMatchObject({ kind: 'answered' });
  });

  it('has a bounded number of telegrams in flight on a session; the others wait their turn', async () => {
    let inFlight = 0;
    let most = 0;
    core.onTelegram = (socket, telegram) => {
      most = Math.max(most, ++inFlight);
      setImmediate(() => {
        inFlight--;
        socket.write(pollAnswer(telegram));
      });
    };
    const exchanges = await Promise.all(Array.from({ length: 20 }, () => ask()));
    expect(exchanges.every(({ kind }) => kind === 'answered')).toBe(true);
    expect(most).toBe(IN_FLIGHT);
  });

  it('refuses at once, unsent, when too many wait', async () => {
    core.onTelegram = () => undefined; // hangs
    const asked = Array.from({ length: IN_FLIGHT + MAX_WAITING }, () => ask(300));
    const startedMs = performance.now();
    expect(await ask(300)).toEqual({ kind: 'not-sent', why: 'no room on any session with the legacy core' });
    expect(performance.now() - startedMs).toBeLessThan(200);
    await Promise.all(asked);
  });

  it('tells answers apart by their GUID, in whatever order they come', async () => {
    const held: (() => void)[] = [];
    core.onTelegram = (socket, telegram) => {
      held.push(() => void socket.write(pollAnswer(telegram)));
      if (held.length === IN_FLIGHT) for (const answer of held.reverse()) answer();
    };
    const exchanges = await Promise.all(Array.from({ length: IN_FLIGHT }, () => ask()));
    expect(exchanges.map(({ kind }) => kind)).toEqual(['answered', 'answered']);
  });

  it('passes over an answer that is late and one that comes twice, and keeps the session', async () => {
    const late: (() => void)[] = [];
    core.onTelegram = (socket, telegram) => void late.push(() => void socket.write(pollAnswer(telegram)));
    const inVain = ask(100);
    await waitFor(() => late.length === 1, { timeoutMs: 1_000 });
    core.onTelegram = (socket, telegram) => {
      const answer = pollAnswer(telegram);
      socket.write(Buffer.concat([answer, answer]));
    };
    expect(await ask()).toMatchObject({ kind: 'answered' }); // the session is heard of, so it lives
    expect(await inVain).toMatchObject({ kind: 'no-answer' });
    late[0]?.();
    await waitFor(() => line.counts().late === 1 && line.counts().duplicate === 1, { timeoutMs: 1_000 });
    expect(await ask()).toMatchObject({ kind: 'answered' });
    expect(line.counts()).toMatchObject({ closed: 0, connected: 1, answered: 2, noAnswer: 1 });
  });

  it('stops calling a core that does not answer, and finds out when it is back', async () => {
    core.onTelegram = (socket, telegram) => {
      if (decodeHeader(telegram).TR_CD === 'COM0000') socket.write(pollAnswer(telegram)); // it only seems well
    };
    const body = { ACNO: '100200000001', CSNO: '', BS_DT: null, BS_SEQ: 0n };
    const quote = (withinMs: number) =>
      line.exchange(telegramOf({ message: QUOTE, body, guid: newGuid(), withinMs }, new Date()));
    await waitFor(
      async () => {
        await quote(20);
        return line.counts().circuitOpened > 0;
      },
      { timeoutMs: 15_000 },
    );
    const { sent } = line.counts();
    expect(await quote(50)).toEqual({
      kind: 'not-sent',
      why: 'the legacy core does not answer: circuit open',
    });
    expect(line.counts().sent).toBe(sent);
    core.onTelegram = answersPolls;
    await waitFor(async () => (await ask()).kind === 'answered', { timeoutMs: 10_000 });
  }, 30_000);

  it('says "no answer" in time when the core hangs, closes the session, and opens a new one', async () => {
    core.onTelegram = () => undefined;
    const startedMs = performance.now();
    expect(await ask(100)).toMatchObject({ kind: 'no-answer' });
    expect(performance.now() - startedMs).toBeLessThan(300);
    core.onTelegram = answersPolls;
    await waitFor(async () => (await ask()).kind === 'answered', { timeoutMs: 2_000 });
  });

  it('says "no answer" when the session is reset after sending', async () => {
    core.onTelegram = (socket) => socket.resetAndDestroy();
    expect(await ask()).toMatchObject({ kind: 'no-answer' });
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
  ])(
    'says "no answer", closes the session and counts it when it gets %s',
    async (_what, misbehave, counted) => {
      core.onTelegram = misbehave;
      const [session] = core.sockets;
      expect(await ask()).toMatchObject({ kind: 'no-answer' });
      await waitFor(() => session !== undefined && !core.sockets.has(session), { timeoutMs: 2_000 });
      expect(line.counts()).toMatchObject({ [counted]: 1 });
    },
  );

  it('is not ready while nobody answers, and says so without waiting for long', async () => {
    core.stop();
    await waitFor(() => !line.ready, { timeoutMs: 2_000 });
    expect(await ask(50)).toMatchObject({ kind: 'not-sent' });
  });

  it('does not lose an answer under way when it is stopped', async () => {
    let answer: (() => void) | undefined;
    core.onTelegram = (socket, telegram) => {
      answer = () => void socket.write(pollAnswer(telegram));
    };
    const asked = ask();
    const stopped = line.stop();
    await waitFor(() => answer !== undefined, { timeoutMs: 1_000 });
    answer?.();
    expect(await asked).toMatchObject({ kind: 'answered' });
    await stopped;
    expect(await ask()).toMatchObject({ kind: 'not-sent' });
  });
});

it('a GUID is 32 capital letters and digits: Korean time, channel, random', () => {
  const guid = newGuid(new Date('2026-11-20T09:03:12.345Z'), Buffer.from('0123456789ab', 'hex'));
  expect(guid).toBe('20261120180312345IPA0123456789AB');
});
