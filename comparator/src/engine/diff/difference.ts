import type { Json } from '../parse/json.ts';
import type { Rule } from '../rules/rule.ts';

/**
 * `order`: a list has the same elements in another order. `moved`: one element stands at another place in a list that
 * has further differences; the class `earlier` or `later` says where the right side has the element.
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
 * One place where two documents differ. `left` is absent in kind `added`, `right` in kind `removed`. The path is a
 * pointer into the left document; in kind `added` it is a pointer into the right one. A part of an answer outside its
 * body has a name without a slash: `status`, `outcome`, `header:content-type`. `class` names the kind of error that
 * turns one value into the other.
 */
export type Difference = {
  path: string;
  /** The path with every array index as `*`, and every key that may be a person's name as `***`. */
  generalPath: string;
  kind: DifferenceKind;
  class: string;
  left?: Json;
  right?: Json;
};

/** `found`: the differences that no rule explains. `explained`: each other difference with the rule that explains it. */
export type Differences = {
  found: Difference[];
  explained: { difference: Difference; rule: Rule }[];
  /** Differences beyond the limit. They are counted only while steps remain, so there may be more. */
  more: number;
};
