import { parentPort, workerData } from 'node:worker_threads';
import { Answer } from '../engine/index.ts';
import { loadOperations } from '../load-operations.ts';
import type { Call } from '../verdict/call.ts';
import type { ThreadRequest, ThreadResult } from './comparison-thread.ts';
import { compileOperation } from './compiled-operation.ts';
import { conclude, type Exchange } from './conclude.ts';

/** The thread of long comparisons: loads the operations file as the gateway did, and concludes each exchange it receives. */
const now = new Date();
const { operations } = await loadOperations(workerData as string, now);
const compiled = new Map(operations.map((operation) => [operation.name, compileOperation(operation, now)]));

parentPort?.on('message', (request: ThreadRequest) => parentPort?.postMessage(resultOf(request)));

function resultOf({ operation, rulesVersion, exchange, encrypted }: ThreadRequest): ThreadResult {
  const known = compiled.get(operation);
  if (known?.rulesVersion !== rulesVersion) {
    return {
      fault: `operation ${operation} in the operations file is not the one the gateway started with: restart the gateway`,
    };
  }
  try {
    return { observation: conclude(known, revived(exchange), () => encrypted) };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

/** A message between threads carries values only, so each answer gets its methods back here. */
function revived({ primary, shadow, ...rest }: Exchange): Exchange {
  const revivedShadow = shadow.kind === 'called' ? { ...shadow, call: revivedCall(shadow.call) } : shadow;
  return { ...rest, primary: revivedCall(primary), shadow: revivedShadow };
}

function revivedCall(call: Call): Call {
  if (call.kind === 'failed') return call;
  const { status, headers, body } = call.answer;
  return { ...call, answer: new Answer(status, headers, body) };
}
