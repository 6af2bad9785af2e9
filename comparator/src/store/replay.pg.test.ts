import { randomBytes } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@core-exit/local-stack/testing';
import type pg from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startGateway } from '../../testing/running-gateway.ts';
import { thingService } from '../../testing/thing-service.ts';
import { json, upstream } from '../../testing/upstream.ts';
import { coreClient } from '../gateway/core-client.ts';
import { replay } from '../replay.ts';
import { decryptRequest, encryptWith } from '../verdict/stored-request.ts';
import { openDatabase } from './database.ts';
import { readComparison, readEncryptedRequest } from './read.sql.ts';
import { createRecorder } from './recorder.ts';

let database: TestDatabase;
let pool: pg.Pool;
beforeEach(async () => {
  database = await createTestDatabase();
  pool = openDatabase(database.url('comparator'), () => undefined);
});
afterEach(async () => {
  await pool.end();
  await database.drop();
});

test('a stored case is replayed with its shadow request, and nothing is ordered twice', async () => {
  const key = randomBytes(32);
  const [legacy, fresh] = await Promise.all([
    upstream(json(200, { amount: '99' })),
    upstream(json(200, { amount: '98' })),
  ]);
  const options = { pool, runId: 'run-1', now: () => new Date(), log: pino({ level: 'silent' }) };
  const recorder = createRecorder({ ...options, message: () => ({}), onAlerts: () => undefined });
  const gateway = await startGateway(
    { legacy: legacy.url, new: fresh.url },
    { recorder, encryptRequest: encryptWith(key) },
  );
  const headers = { authorization: 'Customer C000000001' };
  await fetch(`${gateway.url}/things/110000000012/orders`, { method: 'POST', headers });
  await recorder.tally.allSettled();
  await recorder.close();
  await gateway.stop();

  expect(JSON.stringify(await readComparison(pool, 'case-1'))).not.toContain('110000000012');
  const stored = await readEncryptedRequest(pool, 'case-1');
  expect(stored?.verdict).toBe('mismatch');
  expect(await readEncryptedRequest(pool, 'none')).toBeNull();
  const request = decryptRequest(stored?.encryptedRequest ?? '', key);
  if (request === null) throw new Error('the request cannot be decrypted');
  legacy.received.length = 0;
  fresh.behave(json(200, { amount: '99' }));
  const cores = { legacy: coreClient(legacy.url), new: coreClient(fresh.url) };
  const parts = {
    service: thingService,
    cores,
    serviceToken: 't',
    now: () => new Date(),
    newId: () => 'again',
  };
  expect(await replay(request, parts)).toMatchObject({ verdict: 'match' });
  expect(legacy.received.map(({ url, body }) => [url, body])).toEqual([
    ['/things/110000000012/orders/rehearsals', '{"dry":true}'],
  ]);
  fresh.behave(json(200, { amount: '97' }));
  expect((await replay(request, parts)).record?.differences[0]).toMatchObject({
    path: '/amount',
    right: '"97"',
  });
  await Promise.all([cores.legacy.close(), cores.new.close(), legacy.close(), fresh.close()]);
});
