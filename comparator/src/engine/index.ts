/** The comparison engine: pure, no I/O, no clock. */
export { Answer } from './answer.ts';
export { type AnswerTerms, compareAnswers } from './answers.ts';
export type { Difference, DifferenceKind } from './difference.ts';
export { type Json, stringify } from './json.ts';
export { compileMask, type FieldClass, hide, type Mask } from './mask.ts';
export { parse } from './parse.ts';
export { valueAt } from './pointer.ts';
export { compileRules, type Rule, type RuleSet } from './rules.ts';
export { type Signature, signatureOf } from './signature.ts';
