import { diff } from '../diff/diff.ts';
import type { Difference, Differences } from '../diff/difference.ts';
import { isExplained } from '../diff/scalars.ts';
import type { DocumentFault } from '../parse/document-fault.ts';
import type { CompiledRules } from '../rules/compiled-rules.ts';
import { Answer } from './answer.ts';

/** How the answers of one operation are compared. Status, content type and body are always compared. */
export type AnswerTerms = {
  rules: CompiledRules;
  /** Further headers to compare. Names in lower case. */
  headers: readonly string[];
  /** A word for the outcome (`accepted`, `refused LIMIT`), or null. It must not contain personal data. */
  outcome: (answer: Answer) => string | null;
};

/** `faulty`: the body of one side is not valid JSON although its content type is JSON. `left` is the first answer. */
export type Comparison =
  | ({ kind: 'compared' } & Differences)
  | { kind: 'faulty'; side: 'left' | 'right'; fault: DocumentFault };

/**
 * Compares two answers: status, content type, chosen headers and bodies. Bodies are compared as JSON documents if both
 * are JSON, else byte by byte. If the outcomes differ, that is the only difference: an accepted and a refused request
 * have few fields in common, and a list of all fields would hide the reason.
 */
export function compareAnswers(left: Answer, right: Answer, terms: AnswerTerms): Comparison {
  Answer.parseBoth(left, right);
  const [leftDocument, rightDocument] = [left.document(), right.document()];
  if (leftDocument?.ok === false) return { kind: 'faulty', side: 'left', fault: leftDocument.fault };
  if (rightDocument?.ok === false) return { kind: 'faulty', side: 'right', fault: rightDocument.fault };
  const outcome = outcomeDifference(left, right, terms);
  if (outcome !== null) return { kind: 'compared', found: [outcome], explained: [], more: 0 };
  const { found, explained } = headerDifferences(left, right, terms);
  if (leftDocument !== null && rightDocument !== null) {
    const bodies = diff(leftDocument.value, rightDocument.value, terms.rules);
    return {
      kind: 'compared',
      found: [...found, ...bodies.found],
      explained: [...explained, ...bodies.explained],
      more: bodies.more,
    };
  }
  if (Buffer.compare(left.body, right.body) !== 0) {
    found.push({ path: '', generalPath: '', kind: 'changed', class: 'bytes' });
  }
  return { kind: 'compared', found, explained, more: 0 };
}

function outcomeDifference(left: Answer, right: Answer, { rules, outcome }: AnswerTerms): Difference | null {
  const [a, b] = [outcome(left), outcome(right)];
  if (!rules.isSameStatus(left.status, right.status)) {
    return named('status', a ?? String(left.status), b ?? String(right.status));
  }
  return a === null || b === null || a === b ? null : named('outcome', a, b);
}

function headerDifferences(left: Answer, right: Answer, terms: AnswerTerms): Omit<Differences, 'more'> {
  const result: Omit<Differences, 'more'> = { found: [], explained: [] };
  for (const name of new Set(['content-type', ...terms.headers])) {
    const difference = headerDifference(name, headerOf(left, name), headerOf(right, name));
    if (difference === null) continue;
    const { explaining, isOneSided } = terms.rules.header(difference.path);
    if (isOneSided && difference.kind !== 'changed') continue;
    const explainingRule = explaining.find((one) => isExplained(one, difference.left, difference.right));
    if (explainingRule === undefined) result.found.push(difference);
    else result.explained.push({ difference, rule: explainingRule.rule });
  }
  return result;
}

/** The class does not contain the values, because a header may contain personal data. */
function headerDifference(
  name: string,
  left: string | undefined,
  right: string | undefined,
): Difference | null {
  if (left === right) return null;
  const path = `header:${name}`;
  if (left === undefined)
    return { path, generalPath: path, kind: 'added', class: 'added', right: right as string };
  if (right === undefined) return { path, generalPath: path, kind: 'removed', class: 'removed', left };
  return { path, generalPath: path, kind: 'changed', class: 'changed', left, right };
}

/** JSON is always UTF-8 (RFC 8259 section 8.1), so `charset=utf-8` makes no difference. */
function headerOf(answer: Answer, name: string): string | undefined {
  const value = answer.headers[name];
  if (value === undefined || name !== 'content-type') return value;
  return value
    .toLowerCase()
    .replaceAll(' ', '')
    .replace(/;charset="?utf-8"?$/, '');
}

/** A difference of status or outcome. Both words come from the operations file and contain no personal data. */
function named(path: string, left: string, right: string): Difference {
  return { path, generalPath: path, kind: 'changed', class: `${left} -> ${right}`, left, right };
}
