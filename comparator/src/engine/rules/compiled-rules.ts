import { isContainer } from '../parse/json.ts';
import { type Place, rootPlace } from '../paths/compiled-path.ts';
import { namesIn } from '../paths/names.ts';
import { covers, type Pattern, type Reach, type Step, steps } from '../paths/pointer.ts';
import { type Decimal, decimal } from '../values/decimal.ts';
import { durationSeconds } from '../values/instant.ts';
import type { Equivalence } from './equivalence.ts';
import { type HeaderRules, headerRulesOf, isHeaderRule } from './header-rules.ts';

/**
 * A loosening of the comparison, signed and dated: why, who answers for it, and the last day (YYYY-MM-DD) it holds.
 * After that day it is as if it were not there, and what it loosened is a mismatch again.
 */
type Signed = { because: string; owner: string; until: string };

/**
 * - `ignore`: differences at the path or below it are explained.
 * - `within`: numbers, or texts that are numbers, at most `amount` apart (a decimal text) are explained.
 * - `time`: instants at most `tolerance` apart (an ISO 8601 duration) are explained, whatever zone they are written in.
 * - `equivalent`: values that mean the same are explained; at a list or an object the rule holds for each value in it.
 * - `oneSided`: only one side has the field, by construction of the two calls; that is no difference. When both have
 *   it, it is compared.
 * - `status`: HTTP statuses that mean the same, by construction of the two calls.
 * - `unordered`: the order of the list says nothing. `keyed`: its elements are told apart by a field.
 *
 * A path `header:etag` names a compared header, for all kinds but those of lists.
 */
export type Rule = Signed &
  (
    | { kind: 'ignore'; path: string }
    | { kind: 'within'; path: string; amount: string }
    | { kind: 'time'; path: string; tolerance: string }
    | ({ kind: 'equivalent'; path: string } & Equivalence)
    | { kind: 'oneSided'; path: string }
    | { kind: 'status'; same: readonly number[] }
    | { kind: 'unordered'; path: string }
    | { kind: 'keyed'; path: string; key: string }
  );

/**
 * What counts in the answers of an operation.
 * `include`: patterns; only these paths and what is below them is compared. Left out: everything.
 * `spelling`: `different` makes `1.0` and `1` a difference. Left out: numbers are equal by value.
 * `units`: pattern to decimal text; every right value of the field is a multiple of it.
 * `follows`: pattern to pointers it is computed from. Where a cause differs too, its consequence does not name the
 * signature: a wrong tax makes a wrong net, balance and posting, in another way for every amount, and is one defect.
 */
export type RuleSet = {
  rules: readonly Rule[];
  include?: readonly string[];
  spelling?: 'equal' | 'different';
  units?: Readonly<Record<string, string>>;
  follows?: Readonly<Record<string, readonly string[]>>;
};

/** A rule with its path and amount read once. */
export type ReadyRule = { rule: Rule; pattern: Pattern; amount: Decimal | null };
/** `above`: something below the path may count, the path itself does not. */
type Scope = 'in' | 'above' | 'out';
type ListKind = { kind: 'ordered' } | { kind: 'unordered' } | { kind: 'keyed'; key: string };

/** What the rules say of one path. */
export type PathRules = {
  scope: Scope;
  /** Rules that may explain a difference here. */
  loosening: readonly ReadyRule[];
  /** Whether elements of a list here can be equal though their values are not. */
  mayLoosenBelow: boolean;
  isOneSided: boolean;
  list: ListKind;
  unit: Decimal | null;
};

/** Rules made ready for one business day; expired ones are left out. */
export type CompiledRules = {
  isSpellingOne: boolean;
  /** The rules of the whole document, and from there of every path in it. */
  root: Place<PathRules>;
  isSameStatus(left: number, right: number): boolean;
  /** The rules of a header, named as in {@link Rule}. */
  header(path: string): HeaderRules;
  /** Whether a key is named by rules: then it is the name of a field, whatever it looks like. */
  isNamed(key: string): boolean;
  /** Pointers whose difference is the cause of one at this path. */
  causesOf(path: readonly Step[]): readonly string[];
};

const ORDERED: ListKind = { kind: 'ordered' };
const EXPLAINING: ReadonlySet<Rule['kind']> = new Set(['ignore', 'within', 'time', 'equivalent']);
/** They hold for everything below their path as well. */
const DEEP: ReadonlySet<Rule['kind']> = new Set(['ignore', 'equivalent']);

/** Throws TypeError on a rule that cannot be meant: a wrong pointer, amount, duration or date. */
export function compileRules(set: RuleSet, today: string): CompiledRules {
  const { rules, include = [], spelling = 'equal', units = {}, follows = {} } = set;
  const inForce = rules.map(readyRule).filter(({ rule }) => rule.until >= today);
  const statuses = inForce.flatMap(({ rule }) => (rule.kind === 'status' ? [rule.same] : []));
  const consequences = Object.entries(follows).map(([path, causes]) => [steps(path), causes] as const);
  const causes = Object.values(follows).flat().map(steps);
  const headers = inForce.filter(({ rule }) => isHeaderRule(rule));
  const placed = inForce.filter((ready) => ready.rule.kind !== 'status' && !headers.includes(ready));
  const included = include.map(steps);
  const ofUnits = Object.entries(units).map(([path, unit]) => ({
    pattern: steps(path),
    unit: amountOf(unit),
  }));
  const names = namesIn([
    ...[...placed, ...ofUnits].map(({ pattern }) => pattern),
    ...included,
    ...causes,
    ...consequences.map(([pattern]) => pattern),
  ]);
  return {
    isSpellingOne: spelling === 'equal',
    root: rootOf(placed, included, ofUnits),
    header: (path) => headerRulesOf(headers, path),
    isNamed: (key) => names.has(key),
    isSameStatus: (left, right) =>
      left === right || statuses.some((same) => same.includes(left) && same.includes(right)),
    causesOf: (path) => consequences.find(([pattern]) => covers(pattern, path))?.[1] ?? [],
  };
}

function rootOf(
  placed: readonly ReadyRule[],
  included: readonly Pattern[],
  units: readonly { pattern: Pattern; unit: Decimal }[],
): Place<PathRules> {
  const patterns = [...placed.map((one) => one.pattern), ...included, ...units.map((one) => one.pattern)];
  return rootPlace(patterns, (reached) => {
    const rules = placed.map((ready, i) => ({ ready, ...(reached[i] as Reach) }));
    const ofInclude = reached.slice(placed.length, placed.length + included.length);
    const ofUnits = reached.slice(placed.length + included.length);
    const here = rules.filter(({ isHere }) => isHere).map(({ ready }) => ready.rule);
    const isDeep = (rule: Rule) => DEEP.has(rule.kind);
    return {
      scope: scopeOf(ofInclude),
      loosening: rules
        .filter(({ ready: { rule }, isHere, isAbove }) => isHere || (isAbove && isDeep(rule)))
        .map(({ ready }) => ready)
        .filter(({ rule }) => EXPLAINING.has(rule.kind)),
      mayLoosenBelow:
        included.length > 0 ||
        rules.some(
          ({ ready: { rule }, isHere, isAbove, mayBeBelow }) =>
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

function scopeOf(included: readonly Reach[]): Scope {
  if (included.length === 0 || included.some(({ isHere, isAbove }) => isHere || isAbove)) return 'in';
  return included.some(({ mayBeBelow }) => mayBeBelow) ? 'above' : 'out';
}

function readyRule(rule: Rule): ReadyRule {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(rule.until) || Number.isNaN(Date.parse(rule.until))) {
    throw new TypeError(`rule until ${JSON.stringify(rule.until)}: a date YYYY-MM-DD is due`);
  }
  if (rule.because.trim() === '' || rule.owner.trim() === '') {
    throw new TypeError('a rule needs a reason (because) and an owner');
  }
  if (rule.kind === 'equivalent' && 'classes' in rule && rule.classes.flat().some(isContainer)) {
    throw new TypeError(
      `equivalent ${rule.path}: classes are of texts, numbers and the like; at a list or an object the rule holds for each value in it`,
    );
  }
  const amount =
    rule.kind === 'within'
      ? amountOf(rule.amount)
      : rule.kind === 'time'
        ? toleranceOf(rule.tolerance)
        : null;
  const isPlaced = rule.kind !== 'status' && !isHeaderRule(rule);
  return { rule, pattern: isPlaced ? steps(rule.path) : [], amount };
}

function amountOf(text: string): Decimal {
  const amount = decimal(text);
  if (amount === null || amount.negative) throw new TypeError(`${JSON.stringify(text)} is no amount`);
  return amount;
}

function toleranceOf(text: string): Decimal {
  const seconds = durationSeconds(text);
  if (seconds === null) {
    throw new TypeError(
      `${JSON.stringify(text)} is no duration of fixed length (ISO 8601, such as PT1S or P1D)`,
    );
  }
  return seconds;
}
