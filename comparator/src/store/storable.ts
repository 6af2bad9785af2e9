/** Longer words in a stratum or a signature are cut, because a row of an index holds at most 8 KB in PostgreSQL. */
const MAX_LENGTH = 200;

/** Control characters, among them NUL, which PostgreSQL refuses in text and jsonb. */
// oxlint-disable-next-line no-control-regex -- control characters are the purpose
const UNPRINTABLE = /[\u0000-\u001f\u007f]/g;

/** A word of an answer, made fit for a key of the database: well-formed, printable and not too long. */
export function storable(text: string): string {
  const printable = text.toWellFormed().replace(UNPRINTABLE, '\ufffd');
  return printable.length <= MAX_LENGTH ? printable : `${printable.slice(0, MAX_LENGTH - 1).toWellFormed()}…`;
}
