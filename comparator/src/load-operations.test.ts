import { join } from 'node:path';
import { expect, test } from 'vitest';
import { thingRead, thingService } from '../testing/thing-service.ts';
import { faultsOf, loadOperations } from './load-operations.ts';

const NOW = new Date('2026-11-20T00:00:00Z');

test('an operations file is loaded', async () => {
  const { operations } = await loadOperations(
    join(import.meta.dirname, '../samples/orders-operations.ts'),
    NOW,
  );
  expect(operations.map(({ name }) => name)).toEqual(['orders.read']);
});

test('a missing file is reported as not valid', async () => {
  await expect(loadOperations('/no/such/file.ts', NOW)).rejects.toThrow(
    'operations file /no/such/file.ts is not valid',
  );
});

test('all faults of a file are reported at once', () => {
  const rule = { kind: 'ignore', path: 'no-pointer', because: 'x', owner: 'y', until: '2027-01-01' } as const;
  const wrong = { ...thingRead, comparison: { rules: [rule] }, noiseShare: 1.5, maxAnswerBytes: 2 ** 21 };
  const file = { ...thingService, flag: '', digestSeconds: 1.5, operations: [thingRead, wrong] };
  const found = faultsOf(file, NOW).join('\n');
  expect(found).toContain('flag is missing');
  expect(found).toContain('digestSeconds is not a whole number from 0 to 86400');
  expect(found).toContain('thing.read: noiseShare is not a share from 0 to 1');
  expect(found).toContain('thing.read: maxAnswerBytes is not from 1 to 1048576');
  expect(found).toContain('two operations have the same name');
  expect(found).toContain('not an RFC 6901 pointer');
  expect(faultsOf(undefined, NOW)).toEqual(['it has no default export']);
});
