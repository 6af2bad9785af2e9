import type { Context } from './gateway.ts';

/** Tells a core what it must know after this answer. One that is not taken is logged; the core must live with it. */
export function followUp({ ready, request, primary, decision, gateway, trace }: Context): void {
  const { operation } = ready;
  if (primary.kind === 'failed' || operation.after === undefined) return;
  const { log, service, serviceToken } = gateway;
  const notTaken = (why: string) => log.warn({ operation: operation.name, why }, 'a follow-up was not taken');
  try {
    for (const { core, method, path } of operation.after(request, primary.answer, decision.primary)) {
      const credentials = Object.entries(service.credentials(serviceToken, request.subject, request)).flat();
      const headers = [...credentials, 'traceparent', trace.traceparent];
      const wasQueued = gateway.followUps.submit(async () => {
        const call = await gateway.cores[core].call(
          { method, path, headers, body: null },
          gateway.deadlines.followUpMs,
        );
        if (call.kind === 'failed') notTaken(call.failure);
        else if (call.answer.status >= 300) notTaken(`status ${call.answer.status}`);
      });
      if (!wasQueued) notTaken('overload');
    }
  } catch (error) {
    log.error({ err: error, operation: operation.name }, 'the operations file failed: correct its after()');
  }
}
