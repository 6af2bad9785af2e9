import { parentPort, workerData } from 'node:worker_threads';
import { Answer } from '../engine/index.ts';
import { loadOperations } from '../load-operations.ts';
import type { Call } from '../verdict/call.ts';
import type { ThreadAnswer, ThreadQuestion } from './comparison-thread.ts';
import { conclude, type Exchange } from './conclude.ts';
import { readyOperation } from './gateway.ts';

/** The thread of long comparisons: loads the operations file as the gateway did, and concludes what it is sent. */
const now = new Date();
const { operations } = await loadOperations(workerData as string, now);
const ready = new Map(operations.map((operation) => [operation.name, readyOperation(operation, now)]));

parentPort?.on('message', (question: ThreadQuestion) => parentPort?.postMessage(answerTo(question)));

function answerTo({ operation, rulesVersion, exchange, sealed }: ThreadQuestion): ThreadAnswer {
  const of = ready.get(operation);
  if (of?.rulesVersion !== rulesVersion)
    return {
      fault: `the operations file has another ${operation} than when the gateway started: restart it`,
    };
  try {
    return { observation: conclude(of, revived(exchange), () => sealed) };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

/** On its way an answer lost its methods. */
function revived({ primary, shadow, ...rest }: Exchange): Exchange {
  const asked = shadow.kind === 'asked' ? { ...shadow, call: revivedCall(shadow.call) } : shadow;
  return { ...rest, primary: revivedCall(primary), shadow: asked };
}

function revivedCall(call: Call): Call {
  if (call.kind === 'failed') return call;
  const { status, headers, body } = call.answer;
  return { ...call, answer: new Answer(status, headers, body) };
}
