import { Fault } from '@core-exit/process/faults';
import { COMPARATOR_FAULTS } from '../faults.ts';
import { Batch, type Counted, type KeptCase, type LatencyKey, type VerdictKey } from '../store/batch.ts';
import type { BatchStamp } from '../store/write-batch.sql.ts';
import type { EncryptedRequest } from '../verdict/stored-request.ts';

/** Must grow with every change of the meaning of a message. In version 1 the counts were kept for each minute. */
const SCHEMA_VERSION = 2;

/** A gateway of a newer release wrote the message. The message stays in the topic until the store has that release. */
export class NewerMessage extends Fault {
  constructor(version: number) {
    super(
      COMPARATOR_FAULTS.NEWER_MESSAGE,
      `a batch of verdicts has schema version ${version}, this store reads ${SCHEMA_VERSION}`,
    );
  }
}

export type StampedBatch = { stamp: BatchStamp; batch: Batch };

/** A batch as JSON text. Like the tables, it is masked and contains no personal data. */
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
    cases: batch.cases.map(encodedCase),
    signatures,
  });
}

type Encoded = {
  schema: number;
  stamp: Omit<BatchStamp, 'startedAt'> & { startedAt: string };
  lost: number;
  verdicts: Counted<VerdictKey & { minute?: string }>[];
  latencies: Counted<LatencyKey>[];
  cases: EncodedCase[];
  signatures: { n: number; lastAt: string; first: number }[];
};

/** `sealed` is the message's name for the encrypted request. */
type EncodedCase = {
  observation: Omit<KeptCase['observation'], 'at' | 'record'> & { at: string };
  record: Omit<KeptCase['record'], 'encryptedRequest'> & { sealed: EncryptedRequest | null };
};

/** Values for fields that version 1 does not have. */
const MISSING_IN_VERSION_1 = { rulesVersion: 'unknown', basis: null };

/** Null if the text is not a batch of verdicts. Throws {@link NewerMessage}. */
export function decodeBatch(text: string): StampedBatch | null {
  const message = parsed(text);
  if (message === null) return null;
  const { stamp, lost, verdicts, latencies, cases, signatures } = message;
  const batch = new Batch();
  batch.lost = lost;
  for (const counted of verdicts) addTo(batch.verdicts, withoutMinute(counted));
  for (const counted of latencies) addTo(batch.latencies, counted);
  for (const encoded of cases) batch.cases.push(decodedCase(encoded));
  for (const { n, lastAt, first: index } of signatures) {
    const first = batch.cases[index];
    const signature = first?.record.signature;
    if (first === undefined || !signature) return null;
    batch.signatures.set(signature.id, { signature, n, first, lastAt: new Date(lastAt) });
  }
  return { stamp: { ...stamp, startedAt: new Date(stamp.startedAt) }, batch };
}

function encodedCase({ observation, record }: KeptCase): object {
  const { encryptedRequest: sealed, ...rest } = record;
  const encoded = { ...rest, sealed };
  return { observation: { ...observation, record: encoded }, record: encoded };
}

function decodedCase({ observation, record: encoded }: EncodedCase): KeptCase {
  const { sealed: encryptedRequest, ...rest } = encoded;
  const record = { ...MISSING_IN_VERSION_1, ...rest, encryptedRequest };
  return { observation: { ...observation, at: new Date(observation.at), record }, record };
}

function addTo<K>(counts: Map<string, Counted<K>>, { key, n }: Counted<K>): void {
  const text = JSON.stringify(key);
  counts.set(text, { key, n: (counts.get(text)?.n ?? 0) + n });
}

/** Only version 1 has minutes. */
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
