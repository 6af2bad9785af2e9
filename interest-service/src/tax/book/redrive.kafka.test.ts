import { execFile } from 'node:child_process';
import { describeWithKafka, kafkaBrokers, waitFor } from '@core-exit/local-stack/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTaxPath, streamOf, type TaxPath } from '../../../testing/tax-processes.ts';

type Line = { origin: string; cause: string; eventId: string | null; state: string; sent: boolean };

describeWithKafka('dead letters', () => {
  let path: TaxPath;

  beforeAll(async () => {
    path = await startTaxPath(kafkaBrokers());
    await Promise.all([path.start('relay'), path.start('tax-worker')]);
  });
  afterAll(() => path.close());

  const redrive = (...args: string[]) =>
    new Promise<{ code: number; lines: Line[] }>((done) => {
      execFile(
        process.execPath,
        [
          '--disable-warning=TimeoutNegativeWarning',
          'interest-service/src/main.ts',
          'redrive',
          '--json',
          ...args,
        ],
        { env: path.env },
        (fault, stdout) =>
          done({
            code: typeof fault?.code === 'number' ? fault.code : 0,
            lines: stdout
              .split('\n')
              .filter(Boolean)
              .map((line) => JSON.parse(line) as Line),
          }),
      );
    });

  const deadLetters = async (count: number) =>
    await waitFor(
      async () =>
        (await path.one<{ n: number }>('select count(*)::int as n from tax.dead_letter')).n === count,
      { timeoutMs: 15_000, what: `${count} dead letters` },
    );

  it('are stored with their cause, listed, sent again once, and booked after the cause is corrected', async () => {
    // A constraint refuses the content of the event until it is dropped.
    await path.owner.query('alter table tax.posting add constraint broken check (gross <> 2739)');
    await path.pay(2);
    await deadLetters(2);
    const publisher = await streamOf(path).publisher();
    await publisher.publish(path.topics.payouts.name, [{ key: '000000000001', value: '{', headers: {} }]);
    await publisher.close();
    await deadLetters(3);

    const listed = await redrive();
    expect(listed.code).toBe(1);
    expect(listed.lines.map(({ state, sent }) => [state, sent])).toEqual(Array(3).fill(['dead', false]));
    expect(listed.lines.map(({ cause }) => cause).toSorted()).toEqual([
      expect.stringContaining('broken'),
      expect.stringContaining('broken'),
      'not JSON',
    ]);
    expect((await redrive('--all', '--dry-run')).lines.filter(({ sent }) => sent)).toHaveLength(3);

    await path.owner.query('alter table tax.posting drop constraint broken');
    const [first] = listed.lines.filter(({ eventId }) => eventId !== null);
    const one = await redrive('--origin', first?.origin ?? '');
    expect(one.lines.filter(({ sent }) => sent).map(({ origin }) => origin)).toEqual([first?.origin]);
    await waitFor(async () => (await path.books()).postings === 1, {
      timeoutMs: 15_000,
      what: 'the first is booked',
    });

    const all = await redrive('--all');
    expect([all.code, all.lines.filter(({ sent }) => sent).length]).toEqual([0, 2]);
    await path.settled();
    await deadLetters(4); // the record that is no event is a dead letter again, with its new origin

    const again = await redrive('--all');
    expect(again.lines.map(({ state, sent }) => `${state} ${sent}`).toSorted()).toEqual([
      'booked false',
      'booked false',
      'dead true',
      'redriven false',
    ]);
    expect((await redrive('--origin', 'nowhere:0:0')).code).toBe(3);
    expect((await redrive('--all', '--origin', 'x')).code).toBe(3);
  }, 240_000);
});
