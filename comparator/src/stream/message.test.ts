import { expect, test } from 'vitest';
import { observation } from '../../testing/observation.ts';
import { Batch } from '../store/batch.ts';
import { decodeBatch, encodeBatch, NewerMessage } from './message.ts';

const stamp = {
  runId: 'run-1',
  startedAt: new Date('2026-01-02T03:00:00Z'),
  number: 3,
  requests: 9,
  settled: 5,
};

function batch(): Batch {
  const made = new Batch();
  made.add(observation(), () => true);
  made.add(observation({ verdict: 'mismatch' }), () => true);
  made.add(observation({ verdict: 'mismatch', paths: ['/gross'] }), () => true);
  made.add(observation({ verdict: 'mismatch' }), () => true);
  made.lost = 2;
  return made;
}

test('a decoded batch equals the encoded one, and each signature has its first case', () => {
  const made = batch();
  const read = decodeBatch(encodeBatch({ stamp, batch: made }));
  expect(read).toEqual({ stamp, batch: made });
  const [seen] = read?.batch.signatures.values() ?? [];
  expect(read?.batch.cases).toContain(seen?.first);
});

test('a batch without cases is encoded too', () => {
  const counts = batch().countsOnly();
  expect(decodeBatch(encodeBatch({ stamp, batch: counts }))?.batch).toEqual(counts);
});

test.each(['', '{', 'null', '[]', '{"schema":0}', '{"schema":1}', '{"schema":"1","stamp":{}}'])(
  '%s is not a batch',
  (text) => {
    expect(decodeBatch(text)).toBeNull();
  },
);

test('counts of a release that kept them for each minute are summed up', () => {
  const made = new Batch();
  made.add(observation(), () => true);
  const message = JSON.parse(encodeBatch({ stamp, batch: made })) as {
    schema: number;
    verdicts: { key: object; n: number }[];
  };
  const [{ key } = { key: {} }] = message.verdicts;
  message.schema = 1;
  message.verdicts = ['2026-01-02T03:04:00Z', '2026-01-02T03:05:00Z'].map((minute) => ({
    key: { ...key, minute },
    n: 2,
  }));
  const read = decodeBatch(JSON.stringify(message));
  expect([...(read?.batch.verdicts.values() ?? [])]).toEqual([{ key, n: 4 }]);
});

test('a message of a newer release is refused', () => {
  const newer = encodeBatch({ stamp, batch: batch() }).replace('"schema":2', '"schema":3');
  expect(() => decodeBatch(newer)).toThrow(NewerMessage);
});
