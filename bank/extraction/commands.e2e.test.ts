import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand, startTestBank, type TestBank, waitFor } from '@core-exit/local-stack/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

const LEGACY_CORE = 'legacy-core-adapter/legacy-core/main.ts';
const COMPARATOR = 'comparator/src/main.ts';
const WITHIN = { timeoutMs: 20_000, what: 'a mismatch is stored' };

let bank: TestBank;
let directory: string;
let id: string;
let signature: string;

/** A command as an operator runs it, with the environment that the stack prints. */
const run = (args: string[], env: Record<string, string> = {}) =>
  runCommand([COMPARATOR, ...args], { ...bank.comparatorEnv, ...env });
const json = async <T>(...args: string[]) => {
  const { code, out } = await run([...args, '--json']);
  expect(out.trimEnd().split('\n')).toHaveLength(1);
  return { code, body: JSON.parse(out) as T };
};
const defect = async (...command: string[]) => {
  const { code, err } = await runCommand([LEGACY_CORE, 'defect', ...command], {
    DATABASE_URL: bank.database.url(),
  });
  if (code !== 0) throw new Error(err);
};

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'commands-'));
  bank = await startTestBank({ stage: 'shadow', accounts: 200 });
  await defect('on', 'income-tax-not-cut');
  for (const { accountNo, token } of bank.customers.slice(0, 40)) {
    const url = `${bank.gatewayUrl}/v1/accounts/${accountNo}/interest`;
    await (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).arrayBuffer();
  }
  type Listed = { comparisons: { id: string; verdict: string; signature: string }[] };
  await waitFor(async () => {
    const { body } = await json<Listed>('list', '--verdict', 'mismatch');
    const [first] = body.comparisons;
    if (first === undefined) return false;
    ({ id, signature } = first);
    return true;
  }, WITHIN);
});
afterAll(async () => {
  rmSync(directory, { recursive: true });
  await bank.close();
});

test('list, show and evidence print what the gateway has, for a person and as JSON', async () => {
  expect((await run(['list', 'signatures'])).out).toContain(signature);
  expect((await json<object>('show', id)).body).toMatchObject({
    id,
    verdict: 'mismatch',
    signature,
    primaryVersion: 'legacy',
    shadowVersion: '1.0.0',
    rulesVersion: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
    basis: expect.stringMatching(/^\d{4}-\d{2}-\d{2} \d+$/) as string,
  });
  expect(await run(['show', 'no-such-case'])).toMatchObject({ code: 1, out: '' });
  const { body } = await json<{ strata: { key: null; verdicts: { mismatch: number } }[] }>('evidence');
  expect(body.strata[0]?.verdicts.mismatch).toBeGreaterThan(0);
  expect((await run(['list', 'nonsense'])).code).toBe(3);
  expect((await run(['list', '--admin', 'http://127.0.0.1:9'])).code).toBe(4);
});

test('triage changes a signature once, and reports a signature that does not exist', async () => {
  const fixed = ['triage', signature, '--state', 'fixed', '--by', 'kim'];
  expect(await json(...fixed)).toMatchObject({ code: 0, body: { kind: 'changed', from: 'new' } });
  expect(await json(...fixed)).toMatchObject({ code: 1, body: { kind: 'already', state: 'fixed' } });
  expect((await run(['triage', 'none', '--state', 'fixed', '--by', 'kim'])).code).toBe(1);
  expect((await run(['triage', signature, '--state', 'expected', '--by', 'kim'])).code).toBe(3);
});

test('replay sends the stored request again: the cores differ while the defect is on, and agree when it is off', async () => {
  const { code, body } = await json<{ differences: object[] }>('replay', id);
  expect([code, body]).toMatchObject([1, { id, verdict: 'mismatch', signature }]);
  expect(body.differences.length).toBeGreaterThan(0);
  const other = await run(['replay', id], { REPLAY_KEY: Buffer.alloc(32).toString('base64') });
  expect(other).toMatchObject({
    code: 3,
    err: expect.stringContaining('REPLAY_KEY is not the key of this case') as string,
  });
  expect((await run(['replay', 'no-such-case'])).code).toBe(3);
  await defect('off', 'income-tax-not-cut');
  expect(await run(['replay', id])).toMatchObject({ code: 0, out: 'then mismatch, now match\n' });
});

test('promote writes a row once, and leaves a row that is there as it is', async () => {
  const out = join(directory, 'rows.jsonl');
  const promote = ['promote', id, '--out', out];
  const { code, body } = await json<{ id: string; given: object; expect: object }>(...promote);
  expect([code, body.id]).toEqual([0, `promoted-${id}`]);
  const once = readFileSync(out, 'utf8');
  expect(once).toBe(`${JSON.stringify(body)}\n`);
  for (const { accountNo, customerId } of bank.customers) {
    expect(once).not.toContain(accountNo);
    expect(once).not.toContain(customerId);
  }
  expect(await run([...promote, '--expect', 'new'])).toMatchObject({
    code: 0,
    out: `${id} is a row of ${out} already\n`,
  });
  expect(readFileSync(out, 'utf8')).toBe(once);
  expect((await run(['promote', id])).code).toBe(3);
});
