import {
  type CompiledRules,
  compileRules,
  type Equivalence,
  isNormaliser,
  type Json,
  JsonNumber,
  NORMALISER_NAMES,
  type Rule,
} from '../engine/index.ts';
import { BadLine } from './lines.ts';

/** Rules of a line need no owner, because they apply to this line only. */
const UNSIGNED = { because: 'given with the documents', owner: 'the caller', until: '9999-12-31' };
const TODAY = '0000-01-01';

type Reader = (value: Json, name: string) => Rule[];

const RULES: Readonly<Record<string, Reader>> = {
  ignore: (value, name) => paths(value, name).map((path) => ({ kind: 'ignore', path, ...UNSIGNED })),
  unordered: (value, name) => paths(value, name).map((path) => ({ kind: 'unordered', path, ...UNSIGNED })),
  keyed: (value, name) =>
    pathEntries(value, name).map(([path, key]) => ({
      kind: 'keyed',
      path,
      key: text(key, `${name} ${path}`, 'a key such as "id"'),
      ...UNSIGNED,
    })),
  within: (value, name) =>
    pathEntries(value, name).map(([path, amount]) => ({
      kind: 'within',
      path,
      amount:
        amount instanceof JsonNumber
          ? amount.text
          : text(amount, `${name} ${path}`, 'an amount such as "0.01"'),
      ...UNSIGNED,
    })),
  time: (value, name) =>
    pathEntries(value, name).map(([path, tolerance]) => ({
      kind: 'time',
      path,
      tolerance: text(tolerance, `${name} ${path}`, 'a duration such as "PT1S"'),
      ...UNSIGNED,
    })),
  equivalent: (value, name) =>
    pathEntries(value, name).map(([path, how]) => ({
      kind: 'equivalent',
      path,
      ...equivalence(how, `${name} ${path}`),
      ...UNSIGNED,
    })),
};
const NAMES = [...Object.keys(RULES), 'include', 'spelling'];

/** Compiles the rules of one line. Throws {@link BadLine} for rules that are not valid. */
export function lineRules(given: Json | undefined): CompiledRules {
  if (given === undefined || given === null) return compileRules({ rules: [] }, TODAY);
  if (!(given instanceof Map)) throw new BadLine('rules is not an object');
  const rules: Rule[] = [];
  for (const [name, value] of given) {
    if (!NAMES.includes(name))
      throw new BadLine(`rules: ${JSON.stringify(name)} is not one of ${NAMES.join(', ')}`);
    if (value !== null) rules.push(...(RULES[name]?.(value, name) ?? []));
  }
  try {
    const include = paths(given.get('include') ?? [], 'include');
    return compileRules({ rules, include, spelling: spelling(given.get('spelling')) }, TODAY);
  } catch (error) {
    if (error instanceof TypeError) throw new BadLine(`rules: ${error.message}`);
    throw error;
  }
}

function spelling(value: Json | undefined): 'equal' | 'different' {
  const chosen = value ?? 'equal';
  if (chosen !== 'equal' && chosen !== 'different') {
    throw new BadLine('rules: spelling must be "equal" or "different"');
  }
  return chosen;
}

function paths(value: Json, name: string): string[] {
  if (!Array.isArray(value)) throw new BadLine(`rules: ${name} must be a list of paths`);
  return value.map((path) => text(path, name, 'a path'));
}

function pathEntries(value: Json, name: string): [string, Json][] {
  if (!(value instanceof Map)) throw new BadLine(`rules: ${name} must be an object with paths as keys`);
  return [...value];
}

function text(value: Json, name: string, what: string): string {
  if (typeof value !== 'string') throw new BadLine(`rules: ${name} must be ${what}`);
  return value;
}

/**
 * `"nfc"` or `["trim", "lower-case"]` are normalisers. `["A", "B"]` or `[["A", "B"], ["C", "D"]]` are classes of values.
 * In `{"A": "B"}`, each key and its value are a class.
 */
function equivalence(how: Json, name: string): Equivalence {
  if (typeof how === 'string') {
    if (!isNormaliser(how)) {
      throw new BadLine(
        `rules: ${name}: ${JSON.stringify(how)} is not one of ${NORMALISER_NAMES.join(', ')}`,
      );
    }
    return { normalise: [how] };
  }
  if (how instanceof Map) return { classes: [...how].map(([one, other]) => [one, other]) };
  if (!Array.isArray(how) || how.length === 0) {
    throw new BadLine(`rules: ${name}: give a normaliser or classes of values such as [["A","B"]]`);
  }
  if (how.every((item) => isNormaliser(item))) return { normalise: how };
  return { classes: how.every((item) => Array.isArray(item)) ? (how as Json[][]) : [how] };
}
