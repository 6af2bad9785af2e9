/** A name of a field never has so many digits in a row, but numbers of accounts and customers have. */
const NUMBER_AS_NAME = /[0-9]{6,}/g;
/** How programmers name a field. A person's name with a space, an address or a sentence does not match. */
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;
const HIDDEN = '***';

/** A path of names as it may be shown. A core may by mistake answer with a customer number in place of a name. */
export function maskNames(text: string): string {
  return text.replace(NUMBER_AS_NAME, HIDDEN);
}

/**
 * A key as it may be shown. A core may by mistake answer with a customer's name as a key. A key counts as a field if
 * rules or field classes name it, or if it looks like the name of a field.
 */
export function maskName(key: string, isNamed: (key: string) => boolean): string {
  if (isNamed(key)) return key;
  return IDENTIFIER.test(key) ? maskNames(key) : HIDDEN;
}

/** The names in patterns, without the wildcards. */
export function namesInPatterns(patterns: Iterable<readonly string[]>): ReadonlySet<string> {
  const names = new Set<string>();
  for (const pattern of patterns) for (const segment of pattern) names.add(segment);
  names.delete('*');
  names.delete('**');
  return names;
}
