import type { Decision } from '@core-exit/rollout';
import type { GatewayRequest } from '../operation.ts';
import type { Call } from '../verdict/call.ts';
import type { CompiledOperation } from './compiled-operation.ts';
import type { Gateway } from './ports.ts';
import type { Trace } from './trace.ts';

/** A request after the primary's answer, or after its failure: what every later step works on. */
export type AnsweredRequest = {
  gateway: Gateway;
  compiled: CompiledOperation;
  request: GatewayRequest;
  decision: Decision;
  trace: Trace;
  primary: Call;
  /** True while the body of the primary's answer is compressed, so that its content is unknown. */
  isCompressed: boolean;
  /** The primary's call with its answer decompressed; the body is decompressed once, although several steps need it. */
  decodedPrimary: () => Promise<Call>;
};

/** The request with the primary's answer decompressed. */
export async function decompressed(answered: AnsweredRequest): Promise<AnsweredRequest> {
  return { ...answered, primary: await answered.decodedPrimary(), isCompressed: false };
}
