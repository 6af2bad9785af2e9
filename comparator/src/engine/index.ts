/** The comparison engine: pure, no I/O, no clock. */
export { Answer } from './answer.ts';
export { type AnswerTerms, type Comparison, compareAnswers } from './answers.ts';
export { diff } from './diff.ts';
export type { Difference, DifferenceKind, Differences } from './difference.ts';
export { type Json, JsonNumber, stringify } from './json.ts';
export { compileMask, type FieldClass, hide, type Mask } from './mask.ts';
export { type DocumentFault, MAX_DEPTH, MAX_DOCUMENT_BYTES, parse } from './parse.ts';
export { valueAt } from './pointer.ts';
export { type CompiledRules, compileRules, type Rule, type RuleSet } from './rules.ts';
export { type Signature, signatureOf } from './signature.ts';
