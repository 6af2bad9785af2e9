import { diff } from '../diff/diff.ts';
import type { Difference, Differences } from '../diff/difference.ts';
import { isExplained } from '../diff/scalars.ts';
import type { DocumentFault } from '../parse/document-fault.ts';
import type { CompiledRules } from '../rules/compiled-rules.ts';
import { Answer } from './answer.ts';

/** What counts in an answer besides status, content type and body. */
export type AnswerTerms = {
  rules: CompiledRules;
  /** Further headers to compare, in lower case. */
  headers: readonly string[];
  /** A word for what happened (`paid`, `refused SEIZED`), or null. It names no person. */
  outcome: (answer: Answer) => string | null;
};

/** `faulty`: one side's body is not the JSON it says to be; `left` is the first answer. */
export type Comparison =
  | ({ kind: 'compared' } & Differences)
  | { kind: 'faulty'; side: 'left' | 'right'; fault: DocumentFault };

/**
 * Compares two answers: status, content type, chosen headers, and the bodies, as JSON documents if both say so.
 * Answers with different outcomes differ in that and in nothing smaller: one paid and one refused have few fields in
 * common, and a list of all of them would hide what happened.
 */
export function compareAnswers(left: Answer, right: Answer, terms: AnswerTerms): Comparison {
  Answer.readBoth(left, right);
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
    const { loosening, isOneSided } = terms.rules.header(difference.path);
    if (isOneSided && difference.kind !== 'changed') continue;
    const ready = loosening.find((one) => isExplained(one, difference.left, difference.right));
    if (ready === undefined) result.found.push(difference);
    else result.explained.push({ difference, rule: ready.rule });
  }
  return result;
}

/** The values are no part of the class: a header may hold what names a person. */
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

/** UTF-8 is what JSON is anyway (RFC 8259 section 8.1), so saying it is no difference. */
function headerOf(answer: Answer, name: string): string | undefined {
  const value = answer.headers[name];
  if (value === undefined || name !== 'content-type') return value;
  return value
    .toLowerCase()
    .replaceAll(' ', '')
    .replace(/;charset="?utf-8"?$/, '');
}

/** Words of the operations file; they name no person. */
function named(path: string, left: string, right: string): Difference {
  return { path, generalPath: path, kind: 'changed', class: `${left} -> ${right}`, left, right };
}
