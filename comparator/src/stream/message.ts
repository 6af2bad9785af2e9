import { Fault } from '../faults.ts';
import { Batch, type KeptCase } from '../store/batch.ts';
import type { BatchStamp } from '../store/write-batch.ts';

/** Raised by whoever changes what a message means; a store passes over nothing it does not know. */
const SCHEMA_VERSION = 1;

/** A gateway writes messages of a newer release than this store's. Waiting for the new store loses nothing. */
export class NewerMessage extends Fault {
  constructor(version: number) {
    super(
      'NEWER_MESSAGE',
      `a batch of verdicts has schema version ${version}, this store reads ${SCHEMA_VERSION}`,
      'bring comparator store to the release of the gateways: it goes on where it stopped',
    );
  }
}

export type StampedBatch = { stamp: BatchStamp; batch: Batch };

/** A batch as JSON text. What is in it is masked like the tables: it identifies nobody. */
export function encodeBatch({ stamp, batch }: StampedBatch): string {
  const signatures = [...batch.signatures.values()].map(({ n, first, lastAt }) => ({
    n,
    lastAt,
    first: batch.cases.indexOf(first), // the first case of a signature is always kept
  }));
  return JSON.stringify({
    schema: SCHEMA_VERSION,
    stamp,
    lost: batch.lost,
    verdicts: [...batch.verdicts.values()],
    latencies: [...batch.latencies.values()],
    cases: batch.cases,
    signatures,
  });
}

type Encoded = {
  schema: number;
  stamp: Omit<BatchStamp, 'startedAt'> & { startedAt: string };
  lost: number;
  verdicts: { key: never; n: number }[];
  latencies: { key: never; n: number }[];
  cases: { observation: Omit<KeptCase['observation'], 'at'> & { at: string }; record: KeptCase['record'] }[];
  signatures: { n: number; lastAt: string; first: number }[];
};

/** Null: this is no batch of verdicts. Throws {@link NewerMessage}. */
export function decodeBatch(text: string): StampedBatch | null {
  const message = parsed(text);
  if (message === null) return null;
  const { stamp, lost, verdicts, latencies, cases, signatures } = message;
  const batch = new Batch();
  batch.lost = lost;
  for (const counted of verdicts) batch.verdicts.set(JSON.stringify(counted.key), counted);
  for (const counted of latencies) batch.latencies.set(JSON.stringify(counted.key), counted);
  for (const { observation, record } of cases) {
    batch.cases.push({ observation: { ...observation, at: new Date(observation.at), record }, record });
  }
  for (const { n, lastAt, first: index } of signatures) {
    const first = batch.cases[index];
    const signature = first?.record.signature;
    if (first === undefined || !signature) return null;
    batch.signatures.set(signature.id, { signature, n, first, lastAt: new Date(lastAt) });
  }
  return { stamp: { ...stamp, startedAt: new Date(stamp.startedAt) }, batch };
}

function parsed(text: string): Encoded | null {
  try {
    const value = JSON.parse(text) as Partial<Encoded> | null;
    if (typeof value?.schema !== 'number' || value.schema < 1) return null;
    if (value.schema > SCHEMA_VERSION) throw new NewerMessage(value.schema);
    const lists = [value.verdicts, value.latencies, value.cases, value.signatures];
    return typeof value.stamp?.runId === 'string' && lists.every(Array.isArray) ? (value as Encoded) : null;
  } catch (error) {
    if (error instanceof NewerMessage) throw error;
    return null;
  }
}
