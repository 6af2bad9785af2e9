import { type Decimal, decimal } from './decimal.ts';
import { covers, matches, type Pattern, type Step, steps } from './pointer.ts';

/**
 * A loosening of the comparison, signed and dated: why, who answers for it, and the last day (YYYY-MM-DD) it holds.
 * After that day it is as if it were not there, and what it loosened is a mismatch again.
 */
type Signed = { because: string; owner: string; until: string };

/**
 * - `ignore`: differences at the path or below it are explained.
 * - `within`: numbers at most `amount` apart (a decimal text) are explained.
 * - `oneSided`: only one side has the field, by construction of the two calls; that is no difference. When both have
 *   it, it is compared.
 * - `status`: HTTP statuses that mean the same, by construction of the two calls.
 * - `unordered`: the order of the list says nothing. `keyed`: its elements are told apart by a field.
 */
export type Rule = Signed &
  (
    | { kind: 'ignore'; path: string }
    | { kind: 'within'; path: string; amount: string }
    | { kind: 'oneSided'; path: string }
    | { kind: 'status'; same: readonly number[] }
    | { kind: 'unordered'; path: string }
    | { kind: 'keyed'; path: string; key: string }
  );

/**
 * What counts in the answers of an operation.
 * `units`: pattern to decimal text; every right value of the field is a multiple of it.
 * `follows`: pattern to pointers it is computed from. Where a cause differs too, its consequence does not name the
 * signature: a wrong tax makes a wrong net, balance and posting, in another way for every amount, and is one defect.
 */
export type RuleSet = {
  rules: readonly Rule[];
  units?: Readonly<Record<string, string>>;
  follows?: Readonly<Record<string, readonly string[]>>;
};

/** Rules made ready for one business day; expired ones are left out. */
export type CompiledRules = {
  /** The rule that explains a difference of two numbers, or of anything, at a path. */
  explains(path: readonly Step[], areApart: ((amount: Decimal) => boolean) | null): Rule | null;
  isOneSided(path: readonly Step[]): boolean;
  isSameStatus(left: number, right: number): boolean;
  listAt(path: readonly Step[]): { kind: 'ordered' } | { kind: 'unordered' } | { kind: 'keyed'; key: string };
  unitAt(path: readonly Step[]): Decimal | null;
  /** Pointers whose difference is the cause of one at this path. */
  causesOf(path: readonly Step[]): readonly string[];
};

const ORDERED = { kind: 'ordered' } as const;

/** Throws TypeError on a rule that cannot be meant: a wrong pointer, amount or date. */
export function compileRules({ rules, units = {}, follows = {} }: RuleSet, today: string): CompiledRules {
  const all = rules.map(compileRule);
  const inForce = all.filter(({ rule }) => rule.until >= today);
  const loosening = inForce.filter(({ rule }) => rule.kind === 'ignore' || rule.kind === 'within');
  const oneSided = inForce.filter(({ rule }) => rule.kind === 'oneSided');
  const lists = inForce.filter(({ rule }) => rule.kind === 'unordered' || rule.kind === 'keyed');
  const statuses = inForce.flatMap(({ rule }) => (rule.kind === 'status' ? [rule.same] : []));
  const unitPatterns = Object.entries(units).map(([path, unit]) => [steps(path), amountOf(unit)] as const);
  const consequences = Object.entries(follows).map(([path, causes]) => [steps(path), causes] as const);
  for (const cause of Object.values(follows).flat()) steps(cause);
  return {
    explains(path, isWithinOf) {
      const found = loosening.find(({ rule, pattern, amount }) =>
        rule.kind === 'ignore'
          ? covers(pattern, path)
          : isWithinOf !== null && amount !== null && matches(pattern, path) && isWithinOf(amount),
      );
      return found?.rule ?? null;
    },
    isOneSided: (path) => oneSided.some(({ pattern }) => matches(pattern, path)),
    isSameStatus: (left, right) =>
      left === right || statuses.some((same) => same.includes(left) && same.includes(right)),
    listAt(path) {
      if (lists.length === 0) return ORDERED;
      const rule = lists.find(({ pattern }) => matches(pattern, path))?.rule;
      if (rule?.kind === 'keyed') return { kind: 'keyed', key: rule.key };
      return rule === undefined ? ORDERED : { kind: 'unordered' };
    },
    causesOf: (path) => consequences.find(([pattern]) => covers(pattern, path))?.[1] ?? [],
    unitAt: (path) => unitPatterns.find(([pattern]) => matches(pattern, path))?.[1] ?? null,
  };
}

type CompiledRule = { rule: Rule; pattern: Pattern; amount: Decimal | null };

function compileRule(rule: Rule): CompiledRule {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(rule.until) || Number.isNaN(Date.parse(rule.until))) {
    throw new TypeError(`rule until ${JSON.stringify(rule.until)}: a date YYYY-MM-DD is due`);
  }
  if (rule.because.trim() === '' || rule.owner.trim() === '') {
    throw new TypeError('a rule needs a reason (because) and an owner');
  }
  return {
    rule,
    pattern: rule.kind === 'status' ? [] : steps(rule.path),
    amount: rule.kind === 'within' ? amountOf(rule.amount) : null,
  };
}

function amountOf(text: string): Decimal {
  const amount = decimal(text);
  if (amount === null || amount.negative) throw new TypeError(`${JSON.stringify(text)} is no amount`);
  return amount;
}
