/** No name of a field has so many digits in a row; account and customer numbers do. */
const NUMBER_AS_NAME = /[0-9]{6,}/g;
/** What programmers call a field. A person's name, an address or a sentence is none. */
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;
const HIDDEN = '***';

/** A path of names as it may be shown: a core may answer with a number where a name is due. */
export function maskNames(text: string): string {
  return text.replace(NUMBER_AS_NAME, HIDDEN);
}

/**
 * A key as it may be shown: a core may answer with a customer where the name of a field is due. What rules or field
 * classes name is a field, and so is what looks like one.
 */
export function maskName(key: string, isNamed: (key: string) => boolean): string {
  if (isNamed(key)) return key;
  return IDENTIFIER.test(key) ? maskNames(key) : HIDDEN;
}

/** The names in patterns. */
export function namesIn(patterns: Iterable<readonly string[]>): ReadonlySet<string> {
  const names = new Set<string>();
  for (const pattern of patterns) for (const step of pattern) names.add(step);
  names.delete('*');
  names.delete('**');
  return names;
}
