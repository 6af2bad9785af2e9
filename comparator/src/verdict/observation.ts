import type { Decision, Verdict } from '@core-exit/rollout';
import type { DifferenceKind, Signature } from '../engine/index.ts';
import type { CoreName } from '../operation.ts';

/** Milliseconds one call took; `role`: whether the customer waited for it. A failed call has a time too. */
export type Timing = { core: CoreName; role: 'primary' | 'shadow'; ms: number };

/** Everything there is to keep of one request, once its verdict is in. Nothing in it identifies a person. */
export type Observation = {
  at: Date;
  operation: string;
  decision: Decision;
  stratum: Readonly<Record<string, string>>;
  verdict: Verdict;
  /** Why a request is `dropped` (`overload`, `fault`, `too-large`, `encoding`); null for every other verdict. */
  because: string | null;
  timings: readonly Timing[];
  /** Kept whole when there is something to look at: a mismatch or a failure. */
  record: CaseRecord | null;
};

/** A mismatch or a failure, whole, and masked by field class. */
export type CaseRecord = {
  id: string;
  traceId: string;
  /** Masked. */
  subject: string | null;
  /** Null when nothing was compared. */
  signature: Signature | null;
  differences: readonly MaskedDifference[];
  /** Differences beyond those kept. */
  more: number;
  failure: { side: 'primary' | 'shadow'; what: string } | null;
  /** Of the rules the answers were compared by. */
  rulesVersion: string;
  /** The state the primary answered from; null: it named none. */
  basis: string | null;
  /** The question of the shadow, encrypted, so that it can be asked again by who has the key. */
  sealed: string | null;
  primary: MaskedCall;
  shadow: MaskedCall | null;
};

/** Values as masked JSON text; null when the side has none. */
export type MaskedDifference = {
  path: string;
  generalPath: string;
  kind: DifferenceKind;
  class: string;
  left: string | null;
  right: string | null;
};

/** `body`: the masked document as JSON text; null when it could not be read, was longer than is kept, or there was none. */
export type MaskedCall = {
  core: CoreName;
  /** The release of the core; null: it told none. */
  version: string | null;
  ms: number;
  status: number | null;
  failure: string | null;
  contentType: string | null;
  bytes: number;
  body: string | null;
};
