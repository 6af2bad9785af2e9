import type { Decision } from '@core-exit/rollout';
import type { GatewayRequest, Operation } from '../operation.ts';
import type { Call } from '../verdict/call.ts';
import type { Observation } from '../verdict/observation.ts';
import { observe } from '../verdict/observe.ts';
import { type Shadow, settle } from '../verdict/settle.ts';
import { stateOf } from '../verdict/versions.ts';
import type { ReadyOperation } from './gateway.ts';

/** A request and what came of it at both cores: all that its verdict depends on, as values that can go to another thread. */
export type Exchange = {
  at: Date;
  decision: Decision;
  request: GatewayRequest;
  traceId: string;
  primary: Call;
  shadow: Shadow;
  /** Of the case that it may become. */
  caseId: string;
};

/**
 * The verdict of an exchange, and what is kept of it. `sealedQuestion` is asked for when there is something to keep. Throws
 * when the operations file or the engine breaks.
 */
export function conclude(
  { operation, mask, rulesVersion, termsOn }: ReadyOperation,
  exchange: Exchange,
  sealedQuestion: () => string | null,
): Observation {
  const { at, primary, caseId } = exchange;
  const terms = termsOn(at);
  const shadow = asAnswered(operation, primary, exchange.shadow);
  const settled = settle(primary, shadow, terms);
  const sealed = settled.verdict === 'match' ? null : sealedQuestion();
  return observe({ ...exchange, shadow, operation, mask, terms, rulesVersion, sealed }, settled, caseId);
}

/** What was asked as of a state may have been answered from another one: then it is not pinned. */
export function asAnswered(operation: Operation, primary: Call, shadow: Shadow): Shadow {
  if (shadow.kind !== 'asked' || !shadow.isPinned) return shadow;
  if (primary.kind !== 'answered' || shadow.call.kind !== 'answered') return shadow;
  const [ours, theirs] = [primary, shadow.call].map(({ answer }) => stateOf(operation, answer));
  return ours === null || theirs === null || ours === theirs ? shadow : { ...shadow, isPinned: false };
}
