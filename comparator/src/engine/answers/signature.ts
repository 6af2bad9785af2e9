import { createHash } from 'node:crypto';
import type { Difference } from '../diff/difference.ts';
import { maskNames } from '../paths/names.ts';
import { steps } from '../paths/pointer.ts';
import type { CompiledRules } from '../rules/compiled-rules.ts';

/** Enough to tell apart every signature a bank will ever see: 48 bits. */
const ID_LENGTH = 12;

export type Signature = {
  id: string;
  operation: string;
  /** `path kind class`, sorted, each once; array indexes are `*`. */
  parts: readonly string[];
};

/** What groups equal mismatches: the operation and where and how the answers differ, never the values. */
export function signatureOf(
  operation: string,
  differences: readonly Difference[],
  causesOf: CompiledRules['causesOf'],
): Signature {
  const parts = [...new Set(roots(differences, causesOf).map(partOf))].sort();
  const id = createHash('sha256')
    .update(JSON.stringify([operation, parts]))
    .digest('hex')
    .slice(0, ID_LENGTH);
  return { id, operation, parts };
}

/** The differences that are no consequence of another one of them. */
function roots(
  differences: readonly Difference[],
  causesOf: CompiledRules['causesOf'],
): readonly Difference[] {
  const differing = new Set(differences.map((d) => d.path));
  return differences.filter(({ path }) => {
    if (!path.startsWith('/')) return true;
    return !causesOf(steps(path)).some((cause) => cause !== path && differing.has(cause));
  });
}

function partOf({ generalPath, kind, class: name }: Difference): string {
  return `${maskNames(generalPath)} ${kind} ${name}`;
}
