import { expect, test } from 'vitest';
import { observation } from '../../testing/observation.ts';
import { thingRead, thingService } from '../../testing/thing-service.ts';
import { Answer } from '../engine/index.ts';
import { compileOperation } from '../gateway/compiled-operation.ts';
import type { CoreClient } from '../gateway/core-client.ts';
import type { Operation } from '../operation.ts';
import { type ComparisonParts, compareOne, type SweepResult } from './compare-one.ts';
import { type SweepOptions, sweep } from './sweep.ts';
import { add, count, noTotals } from './totals.ts';

const now = () => new Date('2026-01-02T03:04:05Z');

/** Answers every request with the number in its path. */
const core: CoreClient = {
  call: async ({ path }) => {
    const body = Buffer.from(JSON.stringify({ amount: /\d+/.exec(path)?.[0] }));
    const answer = new Answer(200, { 'content-type': 'application/json' }, body);
    return { kind: 'answered', answer, rawHeaders: [], ms: 1 };
  },
  close: async () => undefined,
};

function parts(
  change: Partial<Operation>,
  onFault: (error: unknown) => void = () => undefined,
): ComparisonParts {
  const compiled = compileOperation({ ...thingRead, ...change }, now());
  return {
    service: thingService,
    compiled,
    cores: { legacy: core, new: core },
    serviceToken: 't',
    now,
    onFault,
  };
}

const sweepOf = (compare: SweepOptions['compare'], businessDate: string | null = null, to = '20') =>
  sweep({
    ids: { kind: 'range', from: '1', to },
    fingerprint: 'x',
    stateFile: null,
    concurrency: 1,
    businessDate,
    compare,
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });

test.each(['shadow', 'outcome', 'stratum', 'businessDate'] as const)(
  'if %s() of the operations file fails at an id, the id counts as dropped and the sweep continues',
  async (hook) => {
    const faults: unknown[] = [];
    const isOdd = (answer: Answer | null) => /"7"/.test(Buffer.from(answer?.body ?? '').toString());
    const breaking = (...given: unknown[]): never | undefined => {
      if (given.some((one) => one instanceof Answer && isOdd(one))) throw new TypeError('planted');
      return undefined;
    };
    const broken = {
      shadow: (...given) => breaking(...given) ?? thingRead.shadow(...given),
      outcome: (...given) => breaking(...given) ?? null,
      stratum: (...given) => breaking(...given) ?? {},
      businessDate: (...given) => breaking(...given) ?? null,
    } satisfies Partial<Operation>;
    const one = parts({ [hook]: broken[hook] }, (error) => faults.push(error));
    const { totals, isWhole } = await sweepOf((id) => compareOne(one, id));
    expect(isWhole).toBe(true);
    expect(totals).toMatchObject({
      asked: 20,
      verdicts: { match: 19, dropped: 1 },
      failures: { 'dropped fault': 1 },
    });
    expect(faults).toHaveLength(1);
  },
);

const answeredAt = (businessDate: string, verdict: 'match' | 'mismatch' = 'match'): SweepResult => ({
  observation: observation({ verdict }),
  businessDate,
});

test('all answers must have one business date: equal answers after midnight are raced, a mismatch stays a mismatch', async () => {
  const afterMidnight = (id: string) => answeredAt('2026-01-03', id === '20' ? 'mismatch' : 'match');
  const { totals } = await sweepOf(async (id) =>
    Number(id) <= 12 ? answeredAt('2026-01-02') : afterMidnight(id),
  );
  expect(totals).toMatchObject({
    businessDate: '2026-01-02',
    verdicts: { match: 12, raced: 7, mismatch: 1 },
  });
});

test('a given business date is used instead of the date of the first answer', async () => {
  const { totals } = await sweepOf(async () => answeredAt('2026-01-03'), '2026-01-02');
  expect(totals).toMatchObject({ businessDate: '2026-01-02', verdicts: { match: 0, raced: 20 } });
});

test('answers of an operation without a business date may have any date', async () => {
  const { totals } = await sweepOf((id) => compareOne(parts({}), id));
  expect(totals).toMatchObject({ businessDate: null, verdicts: { match: 20 } });
});

test('the report of a sweep in which all answers differ is bounded, and the rest is counted', () => {
  const totals = noTotals();
  for (let chunk = 0; chunk < 4; chunk += 1) {
    const more = noTotals();
    for (let i = 0; i < 300; i += 1) {
      const name = `x${chunk * 300 + i}`;
      count(more, observation({ verdict: 'mismatch', paths: [`/${name}`], stratum: { name } }));
    }
    add(totals, more);
  }
  expect([Object.keys(totals.strata).length, Object.keys(totals.signatures).length]).toEqual([500, 500]);
  expect(totals.untold).toEqual({ strata: 700, signatures: 700 });
  expect(totals.verdicts.mismatch).toBe(1_200);
});
