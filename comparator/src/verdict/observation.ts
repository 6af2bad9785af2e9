import type { Decision, Verdict } from '@core-exit/rollout';
import type { DifferenceKind, Signature } from '../engine/index.ts';
import type { CoreName } from '../operation.ts';
import type { EncryptedRequest } from './stored-request.ts';

/** How long one call took. `role`: `primary` if the customer waited for the call. A failed call has a time too. */
export type Timing = { core: CoreName; role: 'primary' | 'shadow'; ms: number };

/** Everything that is kept of one request after its verdict. It contains no personal data. */
export type Observation = {
  at: Date;
  operation: string;
  decision: Decision;
  stratum: Readonly<Record<string, string>>;
  verdict: Verdict;
  /** The reason of verdict `dropped` (`overload`, `fault`, `too-large`, `encoding`); null for every other verdict. */
  because: string | null;
  timings: readonly Timing[];
  /** The whole case, for a mismatch or a failure; null for every other verdict. */
  record: CaseRecord | null;
};

/** A mismatch or a failure with all its details, masked by field class. */
export type CaseRecord = {
  id: string;
  traceId: string;
  /** Masked. */
  subject: string | null;
  /** Null when nothing was compared. */
  signature: Signature | null;
  differences: readonly MaskedDifference[];
  /** Count of further differences, which are not kept. */
  more: number;
  failure: { side: 'primary' | 'shadow'; what: string } | null;
  /** Version of the rules that the answers were compared by. */
  rulesVersion: string;
  /** The state that the primary answered from; null: the answer names none. */
  basis: string | null;
  /** The shadow request, so that the owner of the key can send it again. */
  encryptedRequest: EncryptedRequest | null;
  primary: MaskedCall;
  shadow: MaskedCall | null;
};

/** Values as masked JSON text; null when a side has no value. */
export type MaskedDifference = {
  path: string;
  generalPath: string;
  kind: DifferenceKind;
  class: string;
  left: string | null;
  right: string | null;
};

/** `body`: the masked document as JSON text; null when there was none, or it was not valid JSON, or it was too long. */
export type MaskedCall = {
  core: CoreName;
  /** The release of the core; null: the answer names none. */
  version: string | null;
  ms: number;
  status: number | null;
  failure: string | null;
  contentType: string | null;
  bytes: number;
  body: string | null;
};
