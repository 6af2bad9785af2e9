import type { Json } from '../parse/json.ts';
import type { Rule } from '../rules/compiled-rules.ts';

/**
 * `order`: a list has the same elements in another order · `moved`: one element stands elsewhere in a list that has
 * other differences too (class `earlier` or `later`, as the right side has it).
 */
export type DifferenceKind =
  | 'added'
  | 'removed'
  | 'changed'
  | 'type'
  | 'moved'
  | 'rounding'
  | 'spelling'
  | 'order'
  | 'time';

/**
 * One place where two documents differ. `left` is absent when `added`, `right` when `removed`. The path is a pointer
 * into the left document (into the right one when `added`); a part of an answer outside its body is named without a
 * slash: `status`, `outcome`, `header:content-type`. `class` says what kind of error makes one out of the other.
 */
export type Difference = {
  path: string;
  /** The path with every array index as `*`, and a key that may be somebody's name as `***`. */
  generalPath: string;
  kind: DifferenceKind;
  class: string;
  left?: Json;
  right?: Json;
};

/** What was found: differences nothing loosens, and those a rule in force explains. */
export type Differences = {
  found: Difference[];
  explained: { difference: Difference; rule: Rule }[];
  /** Differences beyond the limit, not kept. Counted as long as steps are left; there may be more than that. */
  more: number;
};
