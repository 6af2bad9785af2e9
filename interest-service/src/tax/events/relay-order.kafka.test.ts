import {
  describeWithKafka,
  kafkaBrokers,
  type SpawnedProcess,
  waitFor,
} from '@core-exit/local-stack/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTaxPath, streamOf, type TaxPath } from '../../../testing/tax-processes.ts';
import type { ReceivedRecord } from './event-stream.ts';

const RELAYS = 3;
const ACCOUNTS = 40;
const ROUNDS = 8;
/** So that a failed run can be repeated. */
const SEED = Math.floor(Math.random() * 2 ** 31);

/** Corrections of one payout for each account, in rounds, so that the events of an account have ascending numbers. */
const ADD_ROUND = `
insert into interest.outbox (event_id, payout_id, account_no, payload)
select id, (select payout_id from core.interest_payout limit 1), account_no,
       jsonb_build_object('kind', 'CORRECTION', 'correctionId', id, 'number', $1::int)
  from (select gen_random_uuid() as id, lpad(a::text, 12, '0') as account_no
          from generate_series(1, ${ACCOUNTS}) a, generate_series(1, 5)) e`;

const OUTBOX_ORDER = `select account_no, array_agg(event_id order by id) as ids from interest.outbox group by 1`;

/** The order of the events of each key for a reader that ignores repeated ids. */
function firstSeen(records: readonly ReceivedRecord[]): Map<string, string[]> {
  const order = new Map<string, Set<string>>();
  for (const { key, headers } of records) {
    const ids = order.get(key) ?? new Set<string>();
    order.set(key, ids.add(headers['event-id'] ?? ''));
  }
  return new Map([...order].map(([key, ids]) => [key, [...ids]]));
}

describeWithKafka(`several relays (seed ${SEED})`, () => {
  let path: TaxPath;
  let relays: SpawnedProcess[];

  beforeAll(async () => {
    path = await startTaxPath(kafkaBrokers());
    await path.pay(1);
    relays = await Promise.all(Array.from({ length: RELAYS }, () => path.start('relay')));
  });
  afterAll(() => path.close());

  it('share the work and keep the order of each account when they are killed at random', async () => {
    let seed = SEED;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed % below;
    };
    for (let round = 1; round <= ROUNDS; round += 1) {
      await path.owner.query(ADD_ROUND, [round]);
      if (round % 2 === 0) continue;
      const victim = random(RELAYS);
      relays[victim]?.kill('SIGKILL');
      relays[victim] = await path.start('relay');
    }
    await waitFor(async () => (await path.books()).unsent === 0, {
      timeoutMs: 30_000,
      what: 'the outbox is empty',
    });

    const seen = firstSeen(await streamOf(path).readAll(path.topics.payouts.name));
    const { rows } = await path.owner.query<{ account_no: string; ids: string[] }>(OUTBOX_ORDER);
    expect(rows.length).toBe(ACCOUNTS + 1);
    for (const { account_no, ids } of rows) expect(seen.get(account_no)).toEqual(ids);
  }, 240_000);
});
