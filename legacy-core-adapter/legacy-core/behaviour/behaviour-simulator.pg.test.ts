import { waitFor } from '@core-exit/local-stack/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  basisAt,
  bodyOf,
  type Customer,
  type Legacy,
  newKey,
  since,
  startLegacy,
} from '../../testing/legacy.ts';
import { type Behaviour, PROFILES, WELL } from './behaviour.ts';
import { BehaviourSimulator } from './behaviour-simulator.ts';
import { behaviourOf, type ControlServer, startControlServer } from './control-server.ts';

let legacy: Legacy;
let control: ControlServer;
beforeAll(async () => {
  legacy = await startLegacy();
  control = await startControlServer(legacy.simulator, '127.0.0.1', 0);
});
afterEach(() => {
  legacy.simulator.behaviour = WELL;
});
afterAll(async () => {
  await control.stop();
  await legacy.stop();
});

const open = (): Promise<Customer> => legacy.open(since(1, 50_000_000n));
const behave = (behaviour: Partial<Behaviour>): void => {
  legacy.simulator.behaviour = { ...WELL, ...behaviour };
};
const receipts = async ({ accountNo }: Customer): Promise<number> =>
  (await legacy.sql('select from core.interest_payout where account_no = $1', [accountNo])).length;

describe('a payout of a legacy core that', () => {
  const inquiryWorks = { of: ['DPI2100'] };

  it.each<[string, Partial<Behaviour>]>([
    ['drops answers after its commit', { dropsAnswers: 1, ...inquiryWorks }],
    ['resets sessions after its commit', { resetsAfter: 1, ...inquiryWorks }],
    ['answers twice', { duplicates: 1, ...inquiryWorks }],
    ['answers late', { late: 1, lateByMs: 100, ...inquiryWorks }],
    ['is slow', { latency: { kind: 'skewed', meanMs: 300 } }],
    ['stalls for a while', { stalls: 0.3, stallMs: 300 }],
  ])('%s: the payout is paid once and answered', async (_what, behaviour) => {
    const customer = await open();
    behave(behaviour);
    const { payout } = bodyOf(await legacy.core.pay(customer, newKey(), {}));
    expect(payout).toMatchObject({ net: '2329', balanceAfter: '50002329' });
    expect(await receipts(customer)).toBe(1);
  });

  it.each<[string, Partial<Behaviour>]>([
    ['drops requests', { dropsRequests: 1, ...inquiryWorks }],
    ['resets sessions before the execution', { resetsBefore: 1, ...inquiryWorks }],
    ['rejects', { rejects: 1, ...inquiryWorks }],
  ])('%s: the payout is not paid and answered with UNAVAILABLE', async (_what, behaviour) => {
    const customer = await open();
    behave(behaviour);
    expect(await legacy.core.pay(customer, newKey(), {})).toMatchObject({ problem: { code: 'UNAVAILABLE' } });
    expect(await receipts(customer)).toBe(0);
  });
});

it('a core that cannot pin answers from its present state, with the basis of that state', async () => {
  const customer = await open();
  const { basis } = bodyOf(await legacy.core.quote(customer, null));
  await legacy.sql(`select core.post_movement($1, 1000000, null, 'ATM', null)`, [customer.accountNo]);
  const requested = basisAt(basis.businessDate, basis.ledgerSeq);
  expect(bodyOf(await legacy.core.rehearse(customer, { basis: requested })).basis).toEqual(basis);
  behave({ pins: false });
  expect(bodyOf(await legacy.core.rehearse(customer, { basis: requested })).basis.ledgerSeq).toBe('2');
  expect(bodyOf(await legacy.core.quote(customer, requested)).basis.ledgerSeq).toBe('2');
});

describe('the control server', () => {
  const put = async (body: string): Promise<{ status: number; body: Record<string, unknown> }> => {
    const response = await fetch(`http://127.0.0.1:${control.port}/behaviour`, { method: 'PUT', body });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it.each(Object.keys(PROFILES))('knows the profile %s', async (profile) => {
    expect((await put(JSON.stringify({ profile }))).status).toBe(200);
    expect(legacy.simulator.behaviour).toEqual(PROFILES[profile as keyof typeof PROFILES]);
  });

  it('changes single members of the behaviour and returns them', async () => {
    await put('{"dropsAnswers":0.25,"of":["DPI2100"],"latency":{"kind":"uniform","fromMs":1,"toMs":2}}');
    const now = (await (await fetch(`http://127.0.0.1:${control.port}/behaviour`)).json()) as Behaviour;
    expect(now).toEqual({
      ...WELL,
      dropsAnswers: 0.25,
      of: ['DPI2100'],
      latency: { kind: 'uniform', fromMs: 1, toMs: 2 },
    });
  });

  it.each([
    '',
    '[]',
    '{"profile":"nice"}',
    '{"dropsAnswers":2}',
    '{"stallMs":-1}',
    '{"pins":"no"}',
    '{"of":"DPI2100"}',
    '{"latency":{"kind":"skewed"}}',
    '{"__proto__":{"pins":true},"constructor":1}',
  ])('refuses %s without a change', async (text) => {
    expect(typeof behaviourOf(text)).toBe('string');
    expect((await put(text)).status).toBe(400);
    expect(legacy.simulator.behaviour).toBe(WELL);
  });
});

it('the failures occur about as often as their shares', async () => {
  const conduct = new BehaviourSimulator({ ...WELL, dropsAnswers: 0.3, duplicates: 0.2 }, Math.random);
  const header = { TR_CD: 'DPI2100', TMO_MS: 1n } as never;
  const answers = await Promise.all(
    Array.from({ length: 5_000 }, () =>
      conduct.answer({ header, execute: async () => Buffer.alloc(1), reject: () => Buffer.alloc(0) }),
    ),
  );
  const share = (length: number): number =>
    answers.filter((answer) => answer.length === length).length / 5_000;
  expect(share(0)).toBeCloseTo(0.3, 1);
  expect(share(2)).toBeCloseTo(0.2, 1);
});

it('polls are answered during every failure, so that sessions stay open', async () => {
  behave({ dropsRequests: 1 });
  const customer = await open();
  await waitFor(async () => !(await legacy.core.quote(customer, null)).ok, { timeoutMs: 10_000 });
  legacy.simulator.behaviour = WELL;
  await waitFor(async () => (await legacy.core.quote(customer, null)).ok, { timeoutMs: 10_000 });
}, 30_000);
