import { isContainer } from '../parse/json.ts';
import { type CompiledPath, compilePaths } from '../paths/compiled-path.ts';
import { namesInPatterns } from '../paths/names.ts';
import { covers, type Pattern, type PatternMatch } from '../paths/pattern.ts';
import { type Segment, segments } from '../paths/pointer.ts';
import { type Decimal, decimal } from '../values/decimal.ts';
import { durationSeconds } from '../values/instant.ts';
import { type HeaderRules, headerRulesOf, isHeaderRule } from './header-rules.ts';
import type { CompiledRule, Rule, RuleSet } from './rule.ts';

/** `above`: the path itself is not compared, but a path below it may be. */
type Scope = 'in' | 'above' | 'out';
type ListKind = { kind: 'ordered' } | { kind: 'unordered' } | { kind: 'keyed'; key: string };

/** The rules for one path. */
export type PathRules = {
  scope: Scope;
  /** Rules that may explain a difference at this path. */
  explaining: readonly CompiledRule[];
  /** Whether elements of a list at this path can be equal under the rules although their values differ. */
  mayExplainBelow: boolean;
  isOneSided: boolean;
  list: ListKind;
  unit: Decimal | null;
};

/** The rules of an operation, compiled for one day. Expired rules are left out. */
export type CompiledRules = {
  /** Whether `1.0` and `1` are equal. */
  ignoresSpelling: boolean;
  /** The rules of the whole document; `at` leads to the rules of every path in the document. */
  root: CompiledPath<PathRules>;
  isSameStatus(left: number, right: number): boolean;
  /** The rules of a header, named as in {@link Rule}. */
  header(path: string): HeaderRules;
  /** Whether rules name a key. Such a key is the name of a field, whatever it looks like. */
  isNamed(key: string): boolean;
  /** Pointers of the fields whose difference causes a difference at this path. */
  causesOf(path: readonly Segment[]): readonly string[];
};

const ORDERED: ListKind = { kind: 'ordered' };
const EXPLAINING: ReadonlySet<Rule['kind']> = new Set(['ignore', 'within', 'time', 'equivalent']);
/** Rules of these kinds also apply to everything below their path. */
const DEEP: ReadonlySet<Rule['kind']> = new Set(['ignore', 'equivalent']);

/** Throws TypeError on a rule with a wrong pointer, amount, duration or date. */
export function compileRules(set: RuleSet, today: string): CompiledRules {
  const { rules, include = [], spelling = 'equal', units = {}, follows = {} } = set;
  const inForce = rules.map(compileRule).filter(({ rule }) => rule.until >= today);
  const statuses = inForce.flatMap(({ rule }) => (rule.kind === 'status' ? [rule.same] : []));
  const consequences = Object.entries(follows).map(([path, causes]) => [segments(path), causes] as const);
  const causes = Object.values(follows).flat().map(segments);
  const headers = inForce.filter(({ rule }) => isHeaderRule(rule));
  const ofPaths = inForce.filter(
    (compiled) => compiled.rule.kind !== 'status' && !headers.includes(compiled),
  );
  const included = include.map(segments);
  const ofUnits = Object.entries(units).map(([path, unit]) => ({
    pattern: segments(path),
    unit: amountOf(unit),
  }));
  const names = namesInPatterns([
    ...[...ofPaths, ...ofUnits].map(({ pattern }) => pattern),
    ...included,
    ...causes,
    ...consequences.map(([pattern]) => pattern),
  ]);
  return {
    ignoresSpelling: spelling === 'equal',
    root: rootOf(ofPaths, included, ofUnits),
    header: (path) => headerRulesOf(headers, path),
    isNamed: (key) => names.has(key),
    isSameStatus: (left, right) =>
      left === right || statuses.some((same) => same.includes(left) && same.includes(right)),
    causesOf: (path) => consequences.find(([pattern]) => covers(pattern, path))?.[1] ?? [],
  };
}

function rootOf(
  ofPaths: readonly CompiledRule[],
  included: readonly Pattern[],
  units: readonly { pattern: Pattern; unit: Decimal }[],
): CompiledPath<PathRules> {
  const patterns = [...ofPaths.map((one) => one.pattern), ...included, ...units.map((one) => one.pattern)];
  return compilePaths(patterns, (matches) => {
    const rules = ofPaths.map((compiled, i) => ({ compiled, ...(matches[i] as PatternMatch) }));
    const ofInclude = matches.slice(ofPaths.length, ofPaths.length + included.length);
    const ofUnits = matches.slice(ofPaths.length + included.length);
    const here = rules.filter(({ isHere }) => isHere).map(({ compiled }) => compiled.rule);
    const isDeep = (rule: Rule) => DEEP.has(rule.kind);
    return {
      scope: scopeOf(ofInclude),
      explaining: rules
        .filter(({ compiled: { rule }, isHere, isAbove }) => isHere || (isAbove && isDeep(rule)))
        .map(({ compiled }) => compiled)
        .filter(({ rule }) => EXPLAINING.has(rule.kind)),
      mayExplainBelow:
        included.length > 0 ||
        rules.some(
          ({ compiled: { rule }, isHere, isAbove, mayBeBelow }) =>
            mayBeBelow || ((isHere || isAbove) && isDeep(rule)),
        ),
      isOneSided: here.some((rule) => rule.kind === 'oneSided'),
      list: listKind(here.find((rule) => rule.kind === 'unordered' || rule.kind === 'keyed')),
      unit: units[ofUnits.findIndex(({ isHere }) => isHere)]?.unit ?? null,
    };
  });
}

function listKind(rule: Rule | undefined): ListKind {
  if (rule?.kind === 'keyed') return { kind: 'keyed', key: rule.key };
  return rule === undefined ? ORDERED : { kind: 'unordered' };
}

function scopeOf(included: readonly PatternMatch[]): Scope {
  if (included.length === 0 || included.some(({ isHere, isAbove }) => isHere || isAbove)) return 'in';
  return included.some(({ mayBeBelow }) => mayBeBelow) ? 'above' : 'out';
}

function compileRule(rule: Rule): CompiledRule {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(rule.until) || Number.isNaN(Date.parse(rule.until))) {
    throw new TypeError(`until ${JSON.stringify(rule.until)} of a rule is not a date: write YYYY-MM-DD`);
  }
  if (rule.because.trim() === '' || rule.owner.trim() === '') {
    throw new TypeError('a rule has no reason or no owner: fill in because and owner');
  }
  if (rule.kind === 'equivalent' && 'classes' in rule && rule.classes.flat().some(isContainer)) {
    throw new TypeError(
      `equivalent ${rule.path}: a class holds texts, numbers, booleans or null, not lists or objects; at a list or an object the rule applies to each value in it`,
    );
  }
  const amount =
    rule.kind === 'within'
      ? amountOf(rule.amount)
      : rule.kind === 'time'
        ? toleranceOf(rule.tolerance)
        : null;
  const isPlaced = rule.kind !== 'status' && !isHeaderRule(rule);
  return { rule, pattern: isPlaced ? segments(rule.path) : [], amount };
}

function amountOf(text: string): Decimal {
  const amount = decimal(text);
  if (amount === null || amount.negative)
    throw new TypeError(`${JSON.stringify(text)} is not an amount: write a number such as "0.01"`);
  return amount;
}

function toleranceOf(text: string): Decimal {
  const seconds = durationSeconds(text);
  if (seconds === null) {
    throw new TypeError(
      `${JSON.stringify(text)} is not a duration of fixed length: write ISO 8601 such as PT1S or P1D`,
    );
  }
  return seconds;
}
