/** The comparison engine: pure, no I/O, no clock. */
export { Answer } from './answer.ts';
export { type AnswerTerms, compareAnswers } from './answers.ts';
export { type DiffLimits, diff } from './diff.ts';
export type { Difference, DifferenceKind } from './difference.ts';
export { type Equivalence, isNormaliser, NORMALISER_NAMES } from './equivalence.ts';
export { type Json, JsonNumber, stringify } from './json.ts';
export { compileMask, type FieldClass, hide, type Mask } from './mask.ts';
export { type Parsed, parse, parseEnvelope, parsePair } from './parse.ts';
export { valueAt } from './pointer.ts';
export { type CompiledRules, compileRules, type Rule, type RuleSet } from './rules.ts';
export { type Signature, signatureOf } from './signature.ts';
