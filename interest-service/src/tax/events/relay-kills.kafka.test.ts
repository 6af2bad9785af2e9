import {
  checkInvariants,
  describeWithKafka,
  kafkaBrokers,
  type Moment,
  type SpawnedProcess,
  startWireProxy,
  violationText,
  type WireProxy,
} from '@core-exit/local-stack/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTaxPath, streamOf, type TaxPath } from '../../../testing/tax-processes.ts';
import { CLAIM_UNSENT } from './outbox.sql.ts';

describeWithKafka('a relay that is killed at a place in its transaction', () => {
  let path: TaxPath;
  let proxy: WireProxy;
  let relay: SpawnedProcess;

  beforeAll(async () => {
    path = await startTaxPath(kafkaBrokers());
    proxy = await startWireProxy(path.db.url());
    [relay] = await Promise.all([start(), path.start('tax-worker')]);
  });
  afterAll(async () => {
    await path.close();
    await proxy.close();
  });
  const start = () => path.start('relay', { DATABASE_URL: proxy.through(path.db.url('interest_service')) });
  const sent = async () => (await streamOf(path).readAll(path.topics.payouts.name)).length;

  it.each<[string, Moment, number]>([
    ['after it claimed events: none is published', { when: 'after', statement: CLAIM_UNSENT }, 0],
    [
      'after it marked them, before its COMMIT: all are published',
      { when: 'before', statement: 'COMMIT' },
      1,
    ],
    ['after its COMMIT', { when: 'after', statement: 'COMMIT' }, 1],
  ])('%s, and the next one leaves each event with one tax effect', async (_, moment, published) => {
    const before = await sent();
    const killed = proxy.once(moment, (wire) => {
      relay.kill('SIGKILL');
      wire.cut();
    });
    await path.pay(1);
    await killed;
    expect((await sent()) - before).toBe(published);
    const unsent = moment.when === 'after' && moment.statement === 'COMMIT' ? 0 : 1;
    expect(await path.books()).toMatchObject({ unsent });
    relay = await start();
    await path.settled();
    expect((await sent()) - before).toBe(published + unsent);
    expect((await checkInvariants(path.db.url(), { drained: true })).map(violationText)).toEqual([]);
  });
});
