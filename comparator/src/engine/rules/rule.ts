import type { Pattern } from '../paths/pattern.ts';
import type { Decimal } from '../values/decimal.ts';
import type { Equivalence } from './equivalence.ts';

/**
 * Who accepts a looser comparison: the reason, the owner, and the last day (YYYY-MM-DD) of the rule. After that day the
 * rule has no effect, so the differences that the rule explained are mismatches again.
 */
type Signed = { because: string; owner: string; until: string };

/**
 * - `ignore`: differences at the path or below it are explained.
 * - `within`: numbers, or texts that are numbers, are explained if they differ by at most `amount` (a decimal text).
 * - `time`: instants are explained if they differ by at most `tolerance` (an ISO 8601 duration), in any time zones.
 * - `equivalent`: values with the same meaning are explained. At a list or an object the rule applies to each value in it.
 * - `oneSided`: only one side has the field, because the two calls are different. That is not a difference. If both
 *   sides have the field, the values are compared.
 * - `status`: HTTP statuses that mean the same, because the two calls are different.
 * - `unordered`: the order of the list has no meaning. `keyed`: a field identifies the elements of the list.
 *
 * A path such as `header:etag` names a compared header. All kinds of rules except those for lists apply to headers.
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

/** What is compared in the answers of an operation. */
export type RuleSet = {
  rules: readonly Rule[];
  /** Patterns: only these paths and the paths below them are compared. By default everything is compared. */
  include?: readonly string[];
  /** `different`: `1.0` and `1` are a difference. By default numbers are equal if their values are equal. */
  spelling?: 'equal' | 'different';
  /** Pattern to decimal text: every correct value of the field is a multiple of this unit. */
  units?: Readonly<Record<string, string>>;
  /**
   * Pattern to the pointers of the fields that the field is computed from. If such a cause differs too, its consequence
   * is not part of the signature. A wrong tax makes a wrong net amount and a wrong balance, differently for every
   * amount, but that is one defect.
   */
  follows?: Readonly<Record<string, readonly string[]>>;
};

/** A rule whose path and amount are parsed. */
export type CompiledRule = { rule: Rule; pattern: Pattern; amount: Decimal | null };
