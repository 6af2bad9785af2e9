import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Answer } from '@core-exit/comparator';
import type { CoreClient } from '@core-exit/comparator/testing';
import { promote } from '@core-exit/comparator/testing';
import { runCommand } from '@core-exit/local-stack/testing';
import { expect, test } from 'vitest';
import operations from './operations.ts';

const CASES = 'test-cases/src/main.ts';
const ACCOUNT = '110000000012';
const basis = { businessDate: '2026-01-31', ledgerSeq: '7' };

/** 5 million at 1 % and 5 million at 3 % for 30 days: 200,000 a year, 16,438.35 cut to won; 14 % and 1.4 % cut below 10. */
const quote = {
  accountNo: ACCOUNT,
  period: { from: '2026-01-01', to: '2026-01-31' },
  gross: '16438',
  incomeTax: '2300',
  localTax: '230',
  farmTax: '0',
  net: '13908',
  basis,
};
const explanation = {
  dayCount: 'ACT/365F',
  tiers: 'slice',
  segments: [
    {
      from: '2026-01-01',
      to: '2026-01-31',
      balance: '10000000',
      slices: [
        { amount: '5000000', annualRate: '1/100' },
        { amount: '5000000', annualRate: '3/100' },
      ],
    },
  ],
};

function core(body: object, received: string[], taxClass = 'resident', status = 200): CoreClient {
  const headers = { 'content-type': 'application/json', 'x-stratum': `product=DD365;taxClass=${taxClass}` };
  return {
    async call({ method, path }) {
      received.push(`${method} ${path}`);
      const answer = new Answer(status, headers, Buffer.from(JSON.stringify(body)));
      return { kind: 'answered', answer, rawHeaders: [], ms: 1 };
    },
    close: async () => undefined,
  };
}

const rehearsal = {
  operation: 'interest.payout',
  method: 'POST',
  path: `/v1/accounts/${ACCOUNT}/interest-payouts/rehearsals`,
  body: JSON.stringify({ basis, memo: '김철수' }),
  isPinned: true,
  subject: 'C000000001',
};
const parts = (legacy: CoreClient, fresh: CoreClient) => ({
  service: operations,
  cores: { legacy, new: fresh },
  serviceToken: 't',
});

async function runRow(row: object): Promise<object> {
  const directory = mkdtempSync(join(tmpdir(), 'promoted-'));
  try {
    const file = join(directory, 'row.jsonl');
    writeFileSync(file, `${JSON.stringify(row)}\n`);
    const { out, err } = await runCommand([CASES, 'run', file, '--target', 'domain', '--json']);
    if (out === '') throw new Error(err);
    return JSON.parse(out.split('\n')[0] ?? '') as object;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test('a payout that differed becomes a row that the case runner loads and the domain answers', async () => {
  const received: string[] = [];
  const legacy = core({ ...quote, localTax: '231', net: '13907' }, received);
  const row = await promote(
    'case-1',
    rehearsal,
    'new',
    parts(legacy, core({ ...quote, explanation }, received)),
  );
  expect(new Set(received)).toEqual(
    new Set([`GET /v1/accounts/${ACCOUNT}/interest?businessDate=2026-01-31&ledgerSeq=7&explain=true`]),
  );
  const text = JSON.stringify(row);
  for (const name of [ACCOUNT, 'C000000001', '김철수']) expect(text).not.toContain(name);
  expect(await runRow(row)).toMatchObject({ id: 'promoted-case-1', pass: true });
}, 30_000);

test('a row that expects the legacy core fails until a person decides', async () => {
  const legacy = core({ ...quote, localTax: '231', net: '13907' }, []);
  const row = await promote(
    'case-1',
    rehearsal,
    'legacy',
    parts(legacy, core({ ...quote, explanation }, [])),
  );
  expect(await runRow(row)).toMatchObject({ pass: false, actual: { localTax: '230' } });
}, 30_000);

test('a row that the answers do not determine is refused, not guessed', async () => {
  const legacy = core(quote, []);
  const refused = (fresh: CoreClient, stored = rehearsal) =>
    promote('case-1', stored, 'new', parts(legacy, fresh));
  await expect(refused(core({ ...quote, explanation }, [], 'non-resident'))).rejects.toThrow(
    'cases -- capture',
  );
  await expect(refused(core(quote, []))).rejects.toThrow('explains no day');
  await expect(refused(core({ code: 'ACCOUNT_NOT_FOUND' }, [], 'resident', 404))).rejects.toThrow('404');
  await expect(refused(core(quote, []), { ...rehearsal, body: '{}' })).rejects.toThrow('names no state');
});
