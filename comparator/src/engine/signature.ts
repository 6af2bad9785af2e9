import { createHash } from 'node:crypto';
import type { Difference } from './difference.ts';

/** Enough to tell apart every signature a bank will ever see: 48 bits. */
const ID_LENGTH = 12;

export type Signature = {
  id: string;
  operation: string;
  /** `path kind class`, sorted, each once; array indexes are `*`. */
  parts: readonly string[];
};

/** What groups equal mismatches: the operation and where and how the answers differ, never the values. */
export function signatureOf(operation: string, differences: readonly Difference[]): Signature {
  const parts = [...new Set(differences.map((d) => `${d.generalPath} ${d.kind} ${d.class}`))].sort();
  const id = createHash('sha256')
    .update(JSON.stringify([operation, parts]))
    .digest('hex')
    .slice(0, ID_LENGTH);
  return { id, operation, parts };
}
