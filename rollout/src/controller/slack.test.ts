import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stageOf } from '../plan.ts';
import { planOf } from '../plan-testing.ts';
import { type MemoryStore, memoryStore } from '../store/memory-store.ts';
import type { Action } from '../store/store.ts';
import { decided } from '../store/store-contract.ts';
import type { News } from './announce.ts';
import { slackAnnouncer } from './slack.ts';

const LONG = 10_000;
const plan = planOf();
const ENTRY = { stage: 'shadow', since: '2026-01-02T00:00:00.000Z' };
const WAITING: News = { kind: 'approval-wanted', entry: ENTRY, detail: '1 approval missing' };

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

function announcer(teller = 'one') {
  const pauses: number[] = [];
  const pause = async (ms: number) => void pauses.push(ms);
  const log = { warn: () => undefined };
  return { ...slackAnnouncer({ webhookUrl, flag: 'p', store, teller, log, pause }), pauses };
}

/** A move as it is recorded; returns the news of it. */
async function move(to: string, action: Action): Promise<News> {
  const moved = await store.move({ to: stageOf(plan, to), decided: decided(action) });
  if (moved.kind !== 'moved') throw new Error('not moved');
  const { entry, link } = moved;
  return { kind: 'moved', action, by: 'J. Kim', because: 'a test', from: null, to: entry, link };
}

test('every change is told once, in its order, with who, why and its record', async () => {
  const { announce, stop } = announcer();
  announce(await move('shadow', 'set'));
  announce(await move('ramp-1', 'advance'));
  await stop(LONG);
  const [first, second] = store.records();
  expect(messages).toEqual([
    `*p*: nothing → *shadow* (set by J. Kim)\na test\nrecord 1 ${first?.hash.slice(0, 12)}`,
    `*p*: shadow → *ramp-1* (advance by J. Kim)\na test\nrecord 2 ${second?.hash.slice(0, 12)}`,
  ]);
});

test('what Slack refuses is sent again after doubling pauses, and nothing overtakes it', async () => {
  const { announce, stop, pauses } = announcer();
  refusals = 8;
  announce(await move('shadow', 'set'));
  announce(WAITING);
  await stop(LONG);
  expect(messages.map((text) => text.split('\n')[0])).toEqual([
    '*p*: nothing → *shadow* (set by J. Kim)',
    '*p*: shadow has passed its gate and waits.',
  ]);
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
});

test('a controller killed between its move and the message: the next one tells it', async () => {
  await move('shadow', 'advance'); // and dies
  const { tellDue, stop } = announcer('two');
  tellDue();
  await stop(LONG);
  expect(messages).toMatchObject([expect.stringContaining('(advance by J. Kim)')]);
  tellDue();
  await stop(LONG);
  expect(messages).toHaveLength(1);
});

test('a controller killed while it told: the next one tells it when its time is over', async () => {
  await move('shadow', 'advance');
  await store.toTell('one'); // and dies
  const { tellDue, stop } = announcer('two');
  tellDue();
  await stop(LONG);
  expect(messages).toEqual([]);
  store.pass(10_001);
  tellDue();
  await stop(LONG);
  expect(messages).toHaveLength(1);
});

test('of two processes one tells a change', async () => {
  const [one, two] = [announcer('one'), announcer('two')];
  const news = await move('shadow', 'set');
  one.announce(news);
  two.announce(news);
  await Promise.all([one.stop(LONG), two.stop(LONG)]);
  expect(messages).toHaveLength(1);
});

test('with the database away a stop is told as not recorded, and its record when it is there', async () => {
  const { announce, tellDue, stop } = announcer();
  store.away(true);
  announce({ kind: 'moved', action: 'stop', by: 'J. Kim', because: 'x', from: null, to: ENTRY, link: null });
  await stop(LONG);
  expect(messages).toMatchObject([expect.stringContaining('not recorded yet')]);
  store.away(false);
  await move('shadow', 'drift');
  tellDue();
  await stop(LONG);
  expect(messages[1]).toContain('record 1');
});

test('an approval moves nothing, and history is no news', async () => {
  const { tellDue, stop } = announcer();
  store.pass(-4 * 24 * 3_600_000);
  const old = await move('shadow', 'set');
  store.pass(4 * 24 * 3_600_000);
  if (old.kind === 'moved') await store.approve(old.to, plan.hash, decided('approve'));
  tellDue();
  await stop(LONG);
  expect(messages).toEqual([]);
  expect(await store.toTell('one')).toBeNull();
});

test('a command waits for its message so long and no longer', async () => {
  const log = { warn: () => undefined };
  const { announce, stop } = slackAnnouncer({ webhookUrl, flag: 'p', store, teller: 'one', log });
  refusals = 1_000;
  announce(await move('shadow', 'set'));
  await stop(50);
  expect(messages).toEqual([]);
  expect(await store.toTell('one')).toMatchObject({ seq: 1 }); // due, for whoever is next
});
