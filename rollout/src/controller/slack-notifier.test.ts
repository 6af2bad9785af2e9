import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type MemoryStore, memoryStore } from '../../testing/memory-store.ts';
import { planOf } from '../../testing/plan.ts';
import { draftOf } from '../../testing/store-contract.ts';
import { stageOf } from '../plan/plan.ts';
import type { Action } from '../store/store.ts';
import type { Notice } from './notices.ts';
import { slackNotifier } from './slack-notifier.ts';

const LONG = 10_000;
const plan = planOf();
const STAY = { stage: 'shadow', since: '2026-01-02T00:00:00.000Z' };
const WAITING: Notice = { kind: 'approval-needed', stay: STAY, detail: '1 approval missing' };

let slack: Server;
let webhookUrl: string;
let messages: string[];
/** How many more messages Slack refuses. */
let refusals: number;
let store: MemoryStore;
beforeEach(async () => {
  messages = [];
  refusals = 0;
  store = memoryStore(Date.now());
  slack = createServer((request, response) => {
    let body = '';
    request.on('data', (bytes: Buffer) => (body += bytes.toString()));
    request.on('end', () => {
      refusals -= 1;
      if (refusals >= 0) return response.writeHead(503).end();
      messages.push((JSON.parse(body) as { text: string }).text);
      return response.end('ok');
    });
  });
  await new Promise<void>((resolve) => slack.listen(0, '127.0.0.1', resolve));
  webhookUrl = `http://127.0.0.1:${(slack.address() as AddressInfo).port}`;
});
afterEach(() => {
  slack.closeAllConnections();
  slack.close();
});

function notifierOf(sender = 'one') {
  const pauses: number[] = [];
  const pause = async (ms: number) => void pauses.push(ms);
  const log = { warn: () => undefined };
  return { ...slackNotifier({ webhookUrl, flag: 'p', store, sender, log, pause }), pauses };
}

/** Makes a move with its record, and returns the notice of the move. */
async function move(to: string, action: Action): Promise<Notice> {
  const moved = await store.move({ to: stageOf(plan, to), draft: draftOf(action) });
  if (moved.kind !== 'moved') throw new Error('not moved');
  const { stay, link } = moved;
  return { kind: 'moved', action, by: 'J. Kim', because: 'a test', from: null, to: stay, link };
}

test('each change is sent once, in order, with the person, the reason and the record', async () => {
  const { notify, stop } = notifierOf();
  notify(await move('shadow', 'set'));
  notify(await move('ramp-1', 'advance'));
  await stop(LONG);
  const [first, second] = store.records();
  expect(messages).toEqual([
    `*p*: not started → *shadow* (set by J. Kim)\na test\nrecord 1 ${first?.hash.slice(0, 12)}`,
    `*p*: shadow → *ramp-1* (advance by J. Kim)\na test\nrecord 2 ${second?.hash.slice(0, 12)}`,
  ]);
});

test('a message that Slack refuses is sent again after doubling pauses, before all later messages', async () => {
  const { notify, stop, pauses } = notifierOf();
  refusals = 8;
  notify(await move('shadow', 'set'));
  notify(WAITING);
  await stop(LONG);
  expect(messages.map((text) => text.split('\n')[0])).toEqual([
    '*p*: not started → *shadow* (set by J. Kim)',
    '*p*: stage shadow passed its gate and needs approval.',
  ]);
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
});

test('a controller that is killed between its move and its message: the next process sends the message', async () => {
  await move('shadow', 'advance'); // and is killed
  const { sendDue, stop } = notifierOf('two');
  sendDue();
  await stop(LONG);
  expect(messages).toMatchObject([expect.stringContaining('(advance by J. Kim)')]);
  sendDue();
  await stop(LONG);
  expect(messages).toHaveLength(1);
});

test('a controller that is killed while it sends: the next process sends the message when the reservation expires', async () => {
  await move('shadow', 'advance');
  await store.nextUnsent('one'); // and is killed
  const { sendDue, stop } = notifierOf('two');
  sendDue();
  await stop(LONG);
  expect(messages).toEqual([]);
  store.advanceClock(10_001);
  sendDue();
  await stop(LONG);
  expect(messages).toHaveLength(1);
});

test('of two processes one sends the message', async () => {
  const [one, two] = [notifierOf('one'), notifierOf('two')];
  const notice = await move('shadow', 'set');
  one.notify(notice);
  two.notify(notice);
  await Promise.all([one.stop(LONG), two.stop(LONG)]);
  expect(messages).toHaveLength(1);
});

test('while the database is down a stop is sent as not recorded, and its record is sent later', async () => {
  const { notify, sendDue, stop } = notifierOf();
  store.setDown(true);
  notify({ kind: 'moved', action: 'stop', by: 'J. Kim', because: 'x', from: null, to: STAY, link: null });
  await stop(LONG);
  expect(messages).toMatchObject([expect.stringContaining('not recorded yet')]);
  store.setDown(false);
  await move('shadow', 'drift');
  sendDue();
  await stop(LONG);
  expect(messages[1]).toContain('record 1');
});

test('no message is sent for an approval, nor for a record older than three days', async () => {
  const { sendDue, stop } = notifierOf();
  store.advanceClock(-4 * 24 * 3_600_000);
  const old = await move('shadow', 'set');
  store.advanceClock(4 * 24 * 3_600_000);
  if (old.kind === 'moved') await store.approve(old.to, plan.hash, draftOf('approve'));
  sendDue();
  await stop(LONG);
  expect(messages).toEqual([]);
  expect(await store.nextUnsent('one')).toBeNull();
});

test('a command waits for its message until the deadline', async () => {
  const log = { warn: () => undefined };
  const { notify, stop } = slackNotifier({ webhookUrl, flag: 'p', store, sender: 'one', log });
  refusals = 1_000;
  notify(await move('shadow', 'set'));
  await stop(50);
  expect(messages).toEqual([]);
  expect(await store.nextUnsent('one')).toMatchObject({ seq: 1 }); // due for the next process
});
