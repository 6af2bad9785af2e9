import { fakeRollout } from '@core-exit/rollout/testing';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { memoryStore } from '../store/memory-store.ts';
import { createMetrics } from './metrics.ts';
import { adminServer } from './server.ts';

test('an operator reads pairs of the noise baseline and bounds of both cores', async () => {
  const { recorder, tally, reads } = memoryStore(() => undefined);
  const metrics = createMetrics({ tally, shadowsUnderWay: () => 0 });
  const { noise } = metrics.watching(recorder);
  for (let i = 0; i < 5; i++) noise?.({ operation: 'thing.read', newDiffers: true, legacyDiffers: false });
  const log = pino({ level: 'silent' });
  const app = adminServer({ reads, rollout: fakeRollout('shadow'), metrics, log, runbookUrl: null });
  const bodyOf = async (path: string) => (await app.inject(path)).body;

  const pairs = { pairs: 5, newDiffers: 5, legacyDiffers: 0, onlyNewDiffers: 5, onlyLegacyDiffers: 0 };
  expect(JSON.parse(await bodyOf('/noise'))).toEqual({
    operations: [{ operation: 'thing.read', ...pairs, p: 0.03125 }],
  });
  expect(await bodyOf('/metrics')).toContain(
    'comparator_noise_pairs_total{operation="thing.read",new_differs="true",legacy_differs="false"} 5',
  );
  expect(JSON.parse(await bodyOf('/latency'))).toMatchObject({ confidence: 0.95, n: { legacy: 0, new: 0 } });
  await app.close();
});

test.each([
  ['https://wiki.example/runbook', 302, 'https://wiki.example/runbook'],
  [null, 404, undefined],
])('the runbook link leads to RUNBOOK_URL %s with status %i', async (runbookUrl, status, location) => {
  const { tally, reads } = memoryStore(() => undefined);
  const metrics = createMetrics({ tally, shadowsUnderWay: () => 0 });
  const log = pino({ level: 'silent' });
  const app = adminServer({ reads, rollout: fakeRollout('shadow'), metrics, log, runbookUrl });
  const { statusCode, headers } = await app.inject('/runbook');
  expect([statusCode, headers.location]).toEqual([status, location]);
  await app.close();
});
