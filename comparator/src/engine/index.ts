/**
 * The comparison engine: pure functions without I/O and without a clock. Its rooms, each imports only earlier ones:
 * parse (JSON), paths (pointers and patterns), values (numbers and times), rules, lists (alignment), diff, answers.
 */
export { Answer } from './answers/answer.ts';
export { type AnswerTerms, compareAnswers } from './answers/compare-answers.ts';
export { compileMask, type FieldClass, hide, type Mask } from './answers/mask.ts';
export { type Signature, signatureOf } from './answers/signature.ts';
export { type DiffLimits, diff } from './diff/diff.ts';
export type { Difference, DifferenceKind } from './diff/difference.ts';
export { type Json, JsonNumber, stringify } from './parse/json.ts';
export { type Parsed, parse, parseEnvelope, parsePair } from './parse/parse.ts';
export { valueAt } from './paths/pointer.ts';
export { type CompiledRules, compileRules } from './rules/compiled-rules.ts';
export { type Equivalence, isNormaliser, NORMALISER_NAMES } from './rules/equivalence.ts';
export type { Rule, RuleSet } from './rules/rule.ts';
