import type { Signature } from '../engine/index.ts';
import type { CaseRecord, Observation } from '../verdict/observation.ts';
import { latencyBucket } from './latency-bucket.ts';
import { storable } from './storable.ts';

/** Different counts kept until they are written: ten verdicts in each of 800 strata, over several stays in a stage. */
const MAX_KEYS = 50_000;
/** Cases kept until they are written; each has a few kilobytes. */
const MAX_CASES = 500;
/** A case of long answers has up to two megabytes. Together they must not fill the memory while the database is down. */
const MAX_CASES_LENGTH = 32 * 1024 * 1024;
/** Length of a masked value in a case without documents; the longest amount, date or code fits. */
const MAX_LIGHT_VALUE = 200;
/** Different signatures of one batch. A core that answers with random fields must not fill the memory. */
const MAX_SIGNATURES = 200;

export type VerdictKey = {
  stage: string;
  since: string;
  operation: string;
  /** JSON text, keys sorted. */
  stratum: string;
  primary: string;
  verdict: string;
};
export type LatencyKey = {
  stage: string;
  since: string;
  operation: string;
  core: string;
  role: string;
  ms: number;
};
export type Counted<K> = { key: K; n: number };
export type SeenSignature = { signature: Signature; n: number; first: KeptCase; lastAt: Date };
export type KeptCase = { observation: Observation; record: CaseRecord };

/** What exceeded the limits: `counts` are lost; of `cases` and `signatures` only the verdicts are counted. */
export type Overflow = { counts: number; cases: number; signatures: number };

/** The observations since the last write: counts, and the cases to keep. Each part has a limit. */
export class Batch {
  readonly verdicts = new Map<string, Counted<VerdictKey>>();
  readonly latencies = new Map<string, Counted<LatencyKey>>();
  readonly signatures = new Map<string, SeenSignature>();
  readonly cases: KeptCase[] = [];
  /** Characters of the cases' documents and values. */
  #casesLength = 0;
  /** Counts above the limit, which are lost. */
  lost = 0;
  /** Cases and signatures above the limits. Their verdicts are counted. */
  readonly overflow = { cases: 0, signatures: 0 };

  get isEmpty(): boolean {
    return this.verdicts.size === 0;
  }

  /** `mayKeep`: whether one more case of the given kind may be kept, or there are too many similar cases. */
  add(observation: Observation, mayKeep: (group: string) => boolean): void {
    const { decision, operation, verdict, at, record } = observation;
    const { stage, since, primary } = decision;
    const stratum = stratumText(observation.stratum);
    this.count(this.verdicts, { stage, since, operation, stratum, primary, verdict });
    for (const { core, role, ms } of observation.timings) {
      this.count(this.latencies, { stage, since, operation, core, role, ms: latencyBucket(ms) });
    }
    if (record === null) return;
    const group = record.signature?.id ?? `${operation} ${verdict} ${record.failure?.what ?? ''}`;
    const hasRoom = this.#casesLength + lengthOf(record) <= MAX_CASES_LENGTH;
    const kept = hasRoom ? { observation, record } : withoutDocuments(observation, record);
    const isFirst = record.signature !== null && this.see(record.signature, kept, at);
    if (isFirst || (hasRoom && this.cases.length < MAX_CASES && mayKeep(group))) {
      this.cases.push(kept);
      this.#casesLength += lengthOf(kept.record);
    } else this.overflow.cases += 1;
  }

  /**
   * Only the counts, without strata. They can be stored whatever the answers contained, and the verdicts still add up to
   * the requests.
   */
  countsOnly(): Batch {
    const counts = new Batch();
    counts.lost = this.lost;
    for (const { key, n } of this.verdicts.values())
      counts.count(counts.verdicts, { ...key, stratum: '{}' }, n);
    for (const { key, n } of this.latencies.values()) counts.count(counts.latencies, key, n);
    return counts;
  }

  /** True if the signature is new to this batch. Its first case must be kept, because the alert links to the case. */
  private see(signature: Signature, first: KeptCase, at: Date): boolean {
    const known = this.signatures.get(signature.id);
    if (known !== undefined) {
      known.n += 1;
      known.lastAt = at;
      return false;
    }
    if (this.signatures.size >= MAX_SIGNATURES) {
      this.overflow.signatures += 1;
      return false;
    }
    this.signatures.set(signature.id, { signature, n: 1, first, lastAt: at });
    return true;
  }

  private count<K extends object>(counts: Map<string, Counted<K>>, key: K, n = 1): void {
    const text = JSON.stringify(key);
    const counted = counts.get(text);
    if (counted !== undefined) counted.n += n;
    else if (counts.size < MAX_KEYS) counts.set(text, { key, n });
    else this.lost += n;
  }
}

function lengthOf({ primary, shadow, differences }: CaseRecord): number {
  const values = differences.reduce((sum, d) => sum + (d.left?.length ?? 0) + (d.right?.length ?? 0), 0);
  return (primary.body?.length ?? 0) + (shadow?.body?.length ?? 0) + values;
}

/** A case without its documents and long values. It has all that its alert and its signature need. */
function withoutDocuments(observation: Observation, whole: CaseRecord): KeptCase {
  const short = (text: string | null) => (text !== null && text.length > MAX_LIGHT_VALUE ? null : text);
  const record: CaseRecord = {
    ...whole,
    differences: whole.differences.map((d) => ({ ...d, left: short(d.left), right: short(d.right) })),
    primary: { ...whole.primary, body: null },
    shadow: whole.shadow === null ? null : { ...whole.shadow, body: null },
  };
  return { observation: { ...observation, record }, record };
}

/** The stratum as JSON text with sorted keys, fit for the database. */
export function stratumText(stratum: Readonly<Record<string, string>>): string {
  const entries = Object.entries(stratum).map(([name, value]) => [storable(name), storable(value)] as const);
  return JSON.stringify(Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))));
}
