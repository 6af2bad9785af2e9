import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { thingRead } from '../../testing/thing-service.ts';
import { Answer } from '../engine/index.ts';
import { isLong } from '../verdict/long-answers.ts';
import { type ComparisonThread, comparisonThread } from './comparison-thread.ts';
import { compileOperation } from './compiled-operation.ts';
import { conclude, type Exchange } from './conclude.ts';

const AT = new Date('2026-01-05T00:00:00Z');
const LONG = 'x'.repeat(70_000);

let thread: ComparisonThread;
afterEach(() => thread.close());

const open = (file: string, withinMs?: number) => {
  thread = comparisonThread(join(import.meta.dirname, '../../testing', file), withinMs);
};

const answered = (amount: string): Exchange['primary'] => {
  const body = Buffer.from(JSON.stringify({ amount, account: '110000000012', text: LONG }));
  const answer = new Answer(200, { 'content-type': 'application/json', 'core-version': '1.2.3' }, body);
  return { kind: 'answered', answer, rawHeaders: ['content-type', 'application/json'], ms: 5 };
};

const exchange = (primary: string, shadow: string): Exchange => ({
  at: AT,
  decision: {
    primary: 'legacy',
    shadow: true,
    stage: 'shadow',
    since: AT.toISOString(),
    reason: 'stage-moves-no-money',
  },
  request: {
    method: 'GET',
    path: '/things/1',
    params: { id: '1' },
    headers: {},
    rawHeaders: [],
    body: new Uint8Array(),
    subject: 'C000000001',
  },
  traceId: '0'.repeat(32),
  primary: answered(primary),
  shadow: { kind: 'called', call: answered(shadow), isPinned: true },
  caseId: 'case-1',
});
const { rulesVersion } = compileOperation(thingRead, AT);
const conclusionOf = (primary: string, shadow = primary) =>
  thread.conclude({
    operation: 'thing.read',
    rulesVersion,
    exchange: exchange(primary, shadow),
    encrypted: 'encrypted',
  });
const ENDED = { reason: { code: 'COMPARISON_THREAD_ENDED' } };

test("gives the same verdict as the gateway's own thread", async () => {
  open('things-operations.ts');
  for (const [primary, shadow] of [
    ['99', '99'],
    ['99', '98'],
  ] as const) {
    const here = conclude(compileOperation(thingRead, AT), exchange(primary, shadow), () => 'encrypted');
    expect(await conclusionOf(primary, shadow)).toEqual(here);
  }
});

test('an operations file that throws fails that comparison alone', async () => {
  open('troubled-operations.ts');
  await expect(conclusionOf('throw')).rejects.toThrow('no outcome');
  expect(await conclusionOf('99')).toMatchObject({ verdict: 'match' });
});

test.each(['exit', 'hang'])(
  'a thread without a result (%s) is ended, and the next comparison starts another thread',
  async (trouble) => {
    open('troubled-operations.ts', 2_000);
    const [lost, after] = await Promise.allSettled([conclusionOf(trouble), conclusionOf('99', '98')]);
    expect(lost).toMatchObject(ENDED);
    expect(after).toMatchObject({ value: { verdict: 'mismatch' } });
  },
);

test('a thread that fails between two comparisons harms none, and the next comparison starts another thread', async () => {
  open('troubled-operations.ts');
  expect(await conclusionOf('break later')).toMatchObject({ verdict: 'match' });
  await pause(200);
  expect(await conclusionOf('99')).toMatchObject({ verdict: 'match' });
});

test('takes sixteen waiting comparisons, and no more', async () => {
  open('things-operations.ts');
  const all = await Promise.all(Array.from({ length: 20 }, () => conclusionOf('99')));
  expect(all.filter((one) => one === 'full')).toHaveLength(4);
});

test("gives no verdict by other rules than the gateway's", async () => {
  open('things-operations.ts');
  const request = { operation: 'thing.read', exchange: exchange('99', '99'), encrypted: null };
  const old = thread.conclude({ ...request, rulesVersion: 'of yesterday' });
  await expect(old).rejects.toThrow('restart');
});

test('a close ends the comparison that runs and those that wait', async () => {
  open('troubled-operations.ts');
  const both = Promise.allSettled([conclusionOf('hang'), conclusionOf('99')]);
  await pause(200);
  await thread.close();
  expect(await both).toMatchObject([ENDED, ENDED]);
});

test('short answers and requests without a shadow are not for the thread', () => {
  open('things-operations.ts');
  const long = exchange('99', '99');
  expect(isLong(long)).toBe(true);
  expect(isLong({ ...long, shadow: { kind: 'not-called' } })).toBe(false);
  const short = new Answer(200, {}, Buffer.from('{}'));
  const call = { ...answered('1'), answer: short } as Exchange['primary'];
  expect(isLong({ primary: call, shadow: { kind: 'called', call, isPinned: true } })).toBe(false);
});
