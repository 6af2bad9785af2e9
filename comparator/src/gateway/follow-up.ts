import type { Call } from '../verdict/call.ts';
import type { Context } from './gateway.ts';

/** Tells a core what it must know after this answer. One that is not taken is logged; the core must live with it. */
export function followUp(context: Context): void {
  const { ready, request, primary, decision, gateway, trace } = context;
  const { operation } = ready;
  if (primary.kind === 'failed' || operation.after === undefined) return;
  const { log, service, serviceToken } = gateway;
  try {
    for (const { core, method, path } of operation.after(request, primary.answer, decision.primary)) {
      const credentials = Object.entries(service.credentials(serviceToken, request.subject, request)).flat();
      const headers = [...credentials, 'traceparent', trace.traceparent];
      submit(context, async () => {
        const call = await gateway.cores[core].call(
          { method, path, headers, body: null },
          gateway.deadlines.followUpMs,
        );
        if (call.kind === 'failed') notTaken(context, call.failure);
        else if (call.answer.status >= 300) notTaken(context, `status ${call.answer.status}`);
      });
    }
  } catch (error) {
    log.error({ err: error, operation: operation.name }, 'the operations file failed: correct its after()');
  }
}

/** The same after an answer that came compressed: it is unpacked in the follow-up's own slot, also where nothing is compared. */
export function followUpUnpacked(context: Context, unpacked: () => Promise<Call>): void {
  if (context.ready.operation.after === undefined) return;
  submit(context, async () => followUp({ ...context, primary: await unpacked() }));
}

function submit(context: Context, work: () => Promise<void>): void {
  if (!context.gateway.followUps.submit(work)) notTaken(context, 'overload');
}

function notTaken({ gateway, ready }: Context, why: string): void {
  gateway.log.warn({ operation: ready.operation.name, why }, 'a follow-up was not taken');
}
