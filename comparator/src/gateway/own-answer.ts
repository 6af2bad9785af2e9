import type { ProblemAnswer } from '../operation.ts';

/** An answer that the gateway writes by itself; headers as Node takes them: name, value, name, value. */
export type OwnAnswer = { status: number; headers: readonly string[]; body: string };

export function ownAnswer({ status, headers, body }: ProblemAnswer): OwnAnswer {
  const length = String(Buffer.byteLength(body));
  return { status, headers: [...Object.entries(headers).flat(), 'content-length', length], body };
}
