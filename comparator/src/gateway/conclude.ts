import type { Decision } from '@core-exit/rollout';
import type { GatewayRequest, Operation } from '../operation.ts';
import type { Call } from '../verdict/call.ts';
import type { Observation } from '../verdict/observation.ts';
import { observe } from '../verdict/observe.ts';
import { type Shadow, settle } from '../verdict/settle.ts';
import { stateOf } from '../verdict/versions.ts';
import type { CompiledOperation } from './compiled-operation.ts';

/** A request with the calls to both cores: everything its verdict depends on, as plain values that another thread can take. */
export type Exchange = {
  at: Date;
  decision: Decision;
  request: GatewayRequest;
  traceId: string;
  primary: Call;
  shadow: Shadow;
  /** Id of the case, if one is stored. */
  caseId: string;
};

/**
 * Gives the exchange its verdict and builds what is kept of it. `encryptedRequest` is called only if there is something to
 * keep. Throws when the operations file or the engine fails.
 */
export function conclude(
  { operation, mask, rulesVersion, termsOn }: CompiledOperation,
  exchange: Exchange,
  encryptedRequest: () => string | null,
): Observation {
  const { at, primary, caseId } = exchange;
  const terms = termsOn(at);
  const shadow = asAnswered(operation, primary, exchange.shadow);
  const settled = settle(primary, shadow, terms);
  const encrypted = settled.verdict === 'match' ? null : encryptedRequest();
  return observe(
    { ...exchange, shadow, operation, mask, terms, rulesVersion, encryptedRequest: encrypted },
    settled,
    caseId,
  );
}

/** A shadow whose answer names another state than the primary's is not pinned, whatever its request asked for. */
export function asAnswered(operation: Operation, primary: Call, shadow: Shadow): Shadow {
  if (shadow.kind !== 'called' || !shadow.isPinned) return shadow;
  if (primary.kind !== 'answered' || shadow.call.kind !== 'answered') return shadow;
  const [ours, theirs] = [primary, shadow.call].map(({ answer }) => stateOf(operation, answer));
  return ours === null || theirs === null || ours === theirs ? shadow : { ...shadow, isPinned: false };
}
