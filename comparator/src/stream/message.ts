import { Fault } from '@core-exit/process/faults';
import { COMPARATOR_FAULTS } from '../faults.ts';
import { Batch, type Counted, type KeptCase, type LatencyKey, type VerdictKey } from '../store/batch.ts';
import type { BatchStamp } from '../store/write-batch.ts';

/** Raised by whoever changes what a message means; a store passes over nothing it does not know. Version 1 counted by the minute. */
const SCHEMA_VERSION = 2;

/** A gateway writes messages of a newer release than this store's. Waiting for the new store loses nothing. */
export class NewerMessage extends Fault {
  constructor(version: number) {
    super(
      COMPARATOR_FAULTS.NEWER_MESSAGE,
      `a batch of verdicts has schema version ${version}, this store reads ${SCHEMA_VERSION}`,
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
  verdicts: Counted<VerdictKey & { minute?: string }>[];
  latencies: Counted<LatencyKey>[];
  cases: { observation: Omit<KeptCase['observation'], 'at'> & { at: string }; record: KeptCase['record'] }[];
  signatures: { n: number; lastAt: string; first: number }[];
};

/** What version 1 said nothing of. */
const NOT_TOLD = { rulesVersion: 'unknown', basis: null };

/** Null: this is no batch of verdicts. Throws {@link NewerMessage}. */
export function decodeBatch(text: string): StampedBatch | null {
  const message = parsed(text);
  if (message === null) return null;
  const { stamp, lost, verdicts, latencies, cases, signatures } = message;
  const batch = new Batch();
  batch.lost = lost;
  for (const counted of verdicts) addTo(batch.verdicts, withoutMinute(counted));
  for (const counted of latencies) addTo(batch.latencies, counted);
  for (const { observation, record: told } of cases) {
    const record = { ...NOT_TOLD, ...told };
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

function addTo<K>(counts: Map<string, Counted<K>>, { key, n }: Counted<K>): void {
  const text = JSON.stringify(key);
  counts.set(text, { key, n: (counts.get(text)?.n ?? 0) + n });
}

/** Of version 1; later ones have none. */
function withoutMinute({ key, n }: Counted<VerdictKey & { minute?: string }>): Counted<VerdictKey> {
  const { minute: _, ...rest } = key;
  return { key: rest, n };
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
