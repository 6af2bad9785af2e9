import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import iconv from 'iconv-lite';
import { Malformed, Unencodable } from '../../../telegram/codec-errors.ts';
import type { Mapping } from './mapping.ts';

/** A parsed document: texts, lists and objects. Numbers stay text; an absent element has no member. */
export type Tree = string | Tree[] | { [name: string]: Tree };

const XML = {
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  textNodeName: '#text',
} as const;

/** The bytes of a document. Throws {@link Unencodable} for text that the mapping's character set lacks. */
export function writeDocument(tree: Tree, { format, charset }: Mapping): Buffer {
  const text =
    format === 'json'
      ? JSON.stringify(tree)
      : `<?xml version="1.0" encoding="${charset}"?>${String(new XMLBuilder(XML).build(tree))}`;
  const bytes = iconv.encode(text, charset);
  // iconv-lite writes `?` for a character that it cannot encode.
  if (iconv.decode(bytes, charset) !== text) throw new Unencodable('document', `is not ${charset} text`);
  return bytes;
}

/** Throws {@link Malformed} for bytes that are no document of the mapping's format and character set. */
export function parseDocument(bytes: Buffer, { format, charset }: Mapping): Tree {
  const text = iconv.decode(bytes, charset);
  if (!iconv.encode(text, charset).equals(bytes))
    throw new Malformed('document', `is not ${charset} text`, true);
  try {
    return format === 'json' ? (parseJson(text) as Tree) : (parseXml(text) as Tree);
  } catch (cause) {
    throw new Malformed(
      'document',
      `is not ${format}: ${cause instanceof Error ? cause.message : 'unreadable'}`,
    );
  }
}

/** Only XML's own five entities are expanded, so an attacker's document cannot grow in memory. */
function parseXml(text: string): unknown {
  if (/<!DOCTYPE/i.test(text)) throw new Error('a DOCTYPE is not accepted');
  return new XMLParser({ ...XML, parseTagValue: false, parseAttributeValue: false, trimValues: false }).parse(
    text,
    true,
  );
}

type ParseWithSource = (
  text: string,
  reviver: (name: string, value: unknown, context: { source?: string }) => unknown,
) => unknown;

/** Keeps every number as its text, because a float loses digits of a number of 18 digits. */
function parseJson(text: string): unknown {
  return (JSON.parse as ParseWithSource)(text, (_name, value, { source }) =>
    typeof value === 'number' || typeof value === 'boolean' ? (source ?? String(value)) : value,
  );
}

/** The element at a path of member names (`Envelope/Body/code`); undefined if there is none. */
export function at(tree: Tree | undefined, path: string): Tree | undefined {
  let found = tree;
  for (const name of path.split('/')) {
    if (typeof found !== 'object' || found === null || Array.isArray(found) || !Object.hasOwn(found, name))
      return undefined;
    found = found[name];
  }
  return found;
}

/** The text of an element or member; null if it is empty or absent. */
export function textOf(tree: Tree | undefined): string | null {
  if (typeof tree === 'object' && tree !== null && !Array.isArray(tree)) return textOf(tree['#text']);
  return typeof tree === 'string' && tree !== '' ? tree : null;
}

/** The elements of a name as a list: none, one or many, in XML or JSON. */
export function listOf(tree: Tree | undefined): Tree[] {
  if (tree === undefined || tree === '') return [];
  return Array.isArray(tree) ? tree : [tree];
}
