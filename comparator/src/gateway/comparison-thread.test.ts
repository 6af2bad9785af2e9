import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { thingRead } from '../../test/service.ts';
import { Answer } from '../engine/index.ts';
import { type ComparisonThread, comparisonThread, isLong } from './comparison-thread.ts';
import { conclude, type Exchange } from './conclude.ts';
import { readyOperation } from './gateway.ts';

const AT = new Date('2026-01-05T00:00:00Z');
const LONG = 'x'.repeat(70_000);

let thread: ComparisonThread;
afterEach(() => thread.close());

const open = (file: string, withinMs?: number) => {
  thread = comparisonThread(join(import.meta.dirname, '../../test', file), withinMs);
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
  shadow: { kind: 'asked', call: answered(shadow), isPinned: true },
  caseId: 'case-1',
});
const { rulesVersion } = readyOperation(thingRead, AT);
const ask = (primary: string, shadow = primary) =>
  thread.conclude({
    operation: 'thing.read',
    rulesVersion,
    exchange: exchange(primary, shadow),
    sealed: 'sealed',
  });
const ENDED = { reason: { code: 'COMPARISON_THREAD_ENDED' } };

test('comes to what this thread would have come to', async () => {
  open('things-operations.ts');
  for (const [primary, shadow] of [
    ['99', '99'],
    ['99', '98'],
  ] as const) {
    const here = conclude(readyOperation(thingRead, AT), exchange(primary, shadow), () => 'sealed');
    expect(await ask(primary, shadow)).toEqual(here);
  }
});

test('an operations file that throws is a fault of that comparison alone', async () => {
  open('troubled-operations.ts');
  await expect(ask('throw')).rejects.toThrow('no outcome');
  expect(await ask('99')).toMatchObject({ verdict: 'match' });
});

test.each(['exit', 'hang'])(
  'a thread that comes to nothing (%s) is ended, and the next question begins another',
  async (trouble) => {
    open('troubled-operations.ts', 2_000);
    const [lost, after] = await Promise.allSettled([ask(trouble), ask('99', '98')]);
    expect(lost).toMatchObject(ENDED);
    expect(after).toMatchObject({ value: { verdict: 'mismatch' } });
  },
);

test('a thread that breaks while nobody asks harms nobody, and the next question begins another', async () => {
  open('troubled-operations.ts');
  expect(await ask('break later')).toMatchObject({ verdict: 'match' });
  await pause(200);
  expect(await ask('99')).toMatchObject({ verdict: 'match' });
});

test('takes sixteen that wait, and no more', async () => {
  open('things-operations.ts');
  const all = await Promise.all(Array.from({ length: 20 }, () => ask('99')));
  expect(all.filter((one) => one === 'full')).toHaveLength(4);
});

test('does not judge by other rules than the gateway', async () => {
  open('things-operations.ts');
  const question = { operation: 'thing.read', exchange: exchange('99', '99'), sealed: null };
  const old = thread.conclude({ ...question, rulesVersion: 'of yesterday' });
  await expect(old).rejects.toThrow('restart');
});

test('closed, it ends what is under way and what waits', async () => {
  open('troubled-operations.ts');
  const asked = Promise.allSettled([ask('hang'), ask('99')]);
  await pause(200);
  await thread.close();
  expect(await asked).toMatchObject([ENDED, ENDED]);
});

test('what is short, or was not asked, is no matter for it', () => {
  open('things-operations.ts');
  const long = exchange('99', '99');
  expect(isLong(long)).toBe(true);
  expect(isLong({ ...long, shadow: { kind: 'not-asked' } })).toBe(false);
  const short = new Answer(200, {}, Buffer.from('{}'));
  const call = { ...answered('1'), answer: short } as Exchange['primary'];
  expect(isLong({ primary: call, shadow: { kind: 'asked', call, isPinned: true } })).toBe(false);
});
