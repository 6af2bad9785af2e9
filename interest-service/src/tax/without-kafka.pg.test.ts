import { type SpawnedProcess, waitFor } from '@core-exit/local-stack/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTaxPath, TAX_OF_ONE, type TaxPath } from '../../testing/tax-processes.ts';

describe('a tax worker without Kafka', () => {
  let path: TaxPath;
  let worker: SpawnedProcess;

  beforeAll(async () => {
    path = await startTaxPath([]);
    worker = await path.start('tax-worker');
  });
  afterAll(() => path.close());

  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(`${worker.url}/metrics`)).text();
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
    return Number(line?.slice(name.length + 1));
  };

  it('reads the outbox itself and books each payout once', async () => {
    await path.pay(10);
    await path.settled();
    await path.owner.query('update interest.outbox set published_at = null'); // all events are sent again
    await path.settled();
    expect(await path.books()).toMatchObject({ postings: 10, receipts: 10, remitted: 10 * TAX_OF_ONE });
    expect(await metric('tax_events_taken_total{outcome="posted"}')).toBe(10);
  });

  it('stores an event that it cannot book as a dead letter, and continues', async () => {
    await path.owner.query('alter table tax.posting add constraint broken check (gross <> 2739) not valid');
    await path.pay(1);
    await waitFor(async () => (await metric('tax_dead_letters')) === 1, {
      timeoutMs: 10_000,
      what: 'a dead letter',
    });
    await path.owner.query('alter table tax.posting drop constraint broken');
    await path.pay(1);
    await waitFor(async () => (await path.books()).postings === 11, {
      timeoutMs: 10_000,
      what: 'the next one',
    });
  });

  it('reconciles the books at its start, and writes a missing event', async () => {
    await worker.stop();
    await path.pay(1);
    await path.owner.query('delete from interest.outbox where published_at is null');
    worker = await path.start('tax-worker');
    await waitFor(async () => (await path.books()).postings === 12, {
      timeoutMs: 15_000,
      what: 'the missing event is written and booked',
    });
    await waitFor(async () => (await metric('tax_reconciled_at_seconds')) > 0, {
      timeoutMs: 10_000,
      what: 'the books are reconciled',
    });
    expect(await metric('tax_repaired_total')).toBe(1);
    expect(await metric('tax_findings{what="DEAD_LETTER"}')).toBe(1);
    expect(await metric('tax_findings{what="NO_EVENT"}')).toBe(0);
  });
});
