/** Longer words in a stratum or a signature say nothing more, and an index row has an end (8 KB in PostgreSQL). */
const MAX_LENGTH = 200;

/** Control characters, among them NUL, which PostgreSQL refuses in text and jsonb. */
// oxlint-disable-next-line no-control-regex -- these are the characters that are meant
const UNPRINTABLE = /[\u0000-\u001f\u007f]/g;

/** A word of an answer as it may become part of a key: well-formed, printable, and not long. */
export function storable(text: string): string {
  const printable = text.toWellFormed().replace(UNPRINTABLE, '\ufffd');
  return printable.length <= MAX_LENGTH ? printable : `${printable.slice(0, MAX_LENGTH - 1).toWellFormed()}…`;
}
