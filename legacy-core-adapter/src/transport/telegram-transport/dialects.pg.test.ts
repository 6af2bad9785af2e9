import { waitFor } from '@core-exit/local-stack/testing';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Dialect, FIRST_DIALECT } from '../../../telegram/dialect.ts';
import { prefixOf } from '../../../telegram/prefix.ts';
import { bodyOf, type Legacy, newKey, since, startLegacy } from '../../../testing/legacy.ts';
import { legacyCore } from '../../core.ts';
import { telegramTransport } from './telegram-transport.ts';

let legacy: Legacy;
beforeAll(async () => {
  legacy = await startLegacy();
});
afterAll(() => legacy.stop());

const PREFIXES = ['text:4:self', 'text:6', 'binary:2', 'binary:2:self', 'binary:4', 'binary:4:self'];
const dialects = PREFIXES.flatMap((prefix) => ([1, 2] as const).map((layouts) => ({ prefix, layouts })));

describe('sessions whose two ends write', () => {
  it.each(dialects)('$prefix with layouts $layouts quotes, pays and replays', async ({ prefix, layouts }) => {
    const dialect: Dialect = { prefix: prefixOf(prefix), layouts };
    const send = await legacy.sendVia(await legacy.listen(dialect.prefix), dialect);
    const core = legacyCore({ send, sentPayouts: legacy.sentPayouts }, () => true);
    const customer = await legacy.open(since(1, 50_000_000n));
    expect(bodyOf(await core.quote(customer, null))).toMatchObject({ gross: '2739', net: '2329' });

    const key = newKey();
    const { payout } = bodyOf(await core.pay(customer, key, { memo: '이자 똠' }));
    expect(payout).toMatchObject({ net: '2329', memo: '이자 똠' });
    expect(bodyOf(await core.pay(customer, key, { memo: '이자 똠' }))).toEqual({ payout, replayed: true });
    expect(await legacy.countOf('core.interest_payout', 'account_no', customer)).toBe(1);
  });
});

it('an adapter that writes another length prefix than the core gets no session', async () => {
  const port = await legacy.listen(prefixOf('binary:2'));
  const settings = { host: '127.0.0.1', port, dialect: FIRST_DIALECT, sessions: 8, inFlight: 16 };
  const transport = telegramTransport(settings, pino({ level: 'silent' }));
  await waitFor(() => (transport.counts()['closed'] ?? 0) > 0, {
    timeoutMs: 5_000,
    what: 'the end of a session',
  });
  expect(transport.isReady()).toBe(false);
  expect(transport.counts()).toMatchObject({ answered: 0 });
  await transport.stop();
});
