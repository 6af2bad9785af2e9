import { createHash } from 'node:crypto';
import type { Difference } from '../diff/difference.ts';
import { maskNames } from '../paths/names.ts';
import { segments } from '../paths/pointer.ts';
import type { CompiledRules } from '../rules/compiled-rules.ts';

/** 48 bits in hexadecimal digits: enough for far more signatures than two cores will ever have. */
const ID_LENGTH = 12;

export type Signature = {
  id: string;
  operation: string;
  /** Texts `path kind class`, sorted and without repeats; array indexes are `*`. */
  parts: readonly string[];
};

/** Groups equal mismatches. A signature consists of the operation and of where and how the answers differ, without values. */
export function signatureOf(
  operation: string,
  differences: readonly Difference[],
  causesOf: CompiledRules['causesOf'],
): Signature {
  const parts = [...new Set(rootCauses(differences, causesOf).map(partOf))].sort();
  const id = createHash('sha256')
    .update(JSON.stringify([operation, parts]))
    .digest('hex')
    .slice(0, ID_LENGTH);
  return { id, operation, parts };
}

/** The differences that are not a consequence of another difference. */
function rootCauses(
  differences: readonly Difference[],
  causesOf: CompiledRules['causesOf'],
): readonly Difference[] {
  const differing = new Set(differences.map((d) => d.path));
  return differences.filter(({ path }) => {
    if (!path.startsWith('/')) return true;
    return !causesOf(segments(path)).some((cause) => cause !== path && differing.has(cause));
  });
}

function partOf({ generalPath, kind, class: name }: Difference): string {
  return `${maskNames(generalPath)} ${kind} ${name}`;
}
