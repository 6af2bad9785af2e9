import { type Answer, valueAt } from '@core-exit/comparator';

/** The basis of the primary's answer; a refusal has one, too. */
export function basisOf(answer: Answer | null): { businessDate: string; ledgerSeq: string } | null {
  if (answer === null) return null;
  const businessDate = textAt(answer, '/basis/businessDate');
  const ledgerSeq = textAt(answer, '/basis/ledgerSeq');
  return businessDate === null || ledgerSeq === null ? null : { businessDate, ledgerSeq };
}

/** The basis in one word, as evidence keeps it. */
export function stateOf(answer: Answer): string | null {
  const basis = basisOf(answer);
  return basis === null ? null : `${basis.businessDate} ${basis.ledgerSeq}`;
}

/** `refused` and the reason or code of a problem; null for other answers. */
export function refusalOf(answer: Answer): string | null {
  const code = textAt(answer, '/code');
  return code === null ? null : `refused ${textAt(answer, '/reason') ?? code}`;
}

/** The text at a JSON pointer; null if there is no text. */
export function textAt(answer: Answer, pointer: string): string | null {
  const value = valueAt(answer.json(), pointer);
  return typeof value === 'string' ? value : null;
}
