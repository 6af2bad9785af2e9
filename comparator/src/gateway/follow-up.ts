import type { FollowUp } from '../operation.ts';
import { type AnsweredRequest, decompressed } from './answered-request.ts';

/**
 * Sends each core what it must know after this answer. A follow-up that a core does not take is logged, not repeated: the
 * core must live without the follow-up. Never throws.
 */
export function sendFollowUps(answered: AnsweredRequest): void {
  const { primary, compiled, isCompressed } = answered;
  if (primary.kind === 'failed' || compiled.operation.after === undefined) return;
  if (!isCompressed) return sendEach(answered);
  // The content decides what the cores must know, also where the answers are not compared.
  void withPermit(answered, async () => sendEach(await decompressed(answered)));
}

function sendEach(answered: AnsweredRequest): void {
  const { compiled, request, primary, decision, gateway } = answered;
  const { operation } = compiled;
  if (primary.kind === 'failed') return;
  try {
    for (const followUp of operation.after?.(request, primary.answer, decision.primary) ?? []) {
      const credentials = gateway.service.credentials(gateway.serviceToken, request.subject, request);
      void withPermit(answered, () => send(answered, followUp, credentials));
    }
  } catch (error) {
    gateway.log.error(
      { err: error, operation: operation.name },
      'the operations file failed: correct its after() or credentials()',
    );
  }
}

async function send(
  answered: AnsweredRequest,
  { core, method, path }: FollowUp,
  credentials: Readonly<Record<string, string>>,
): Promise<void> {
  const { gateway, trace } = answered;
  const headers = [...Object.entries(credentials).flat(), 'traceparent', trace.traceparent];
  const call = await gateway.cores[core].call(
    { method, path, headers, body: null },
    gateway.deadlines.followUpMs,
  );
  if (call.kind === 'failed') logNotTaken(answered, call.failure);
  else if (call.answer.status >= 300) logNotTaken(answered, `status ${call.answer.status}`);
}

async function withPermit(answered: AnsweredRequest, work: () => Promise<void>): Promise<void> {
  using permit = await answered.gateway.followUps.acquire();
  if (permit === null) return logNotTaken(answered, 'overload');
  await work();
}

function logNotTaken({ gateway, compiled }: AnsweredRequest, why: string): void {
  gateway.log.warn({ operation: compiled.operation.name, why }, 'a follow-up was not taken');
}
