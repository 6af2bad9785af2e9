import { type Difference, type DiffLimits, diff, type Json, parsePair, stringify } from '../engine/index.ts';
import { readEnvelope } from './envelope.ts';
import { lineRules } from './line-rules.ts';
import { BadLine } from './lines.ts';

/**
 * The result for one line. `side` of a fault: `left` or `right` if that document is not valid, or `input` if the line is
 * not valid; then `error` says why.
 */
export type LineResult = {
  id: Json;
  isEqual: boolean;
  fault: { side: 'left' | 'right' | 'input'; class: string } | null;
  differences: readonly Difference[];
  /** Count of further differences. */
  more: number;
  error?: string;
};

/**
 * No customer waits for this comparison, so lists may be aligned for up to a minute. Further differences are only
 * counted, because their text would not fit into the memory.
 */
const LIMITS: DiffLimits = { maxDifferences: 100_000, maxSteps: 5_000_000_000 };

/** Compares the two documents of one line of input. Never throws. */
export function compareLine(bytes: Uint8Array): LineResult {
  let id: Json = null;
  return attempt(
    () => {
      const envelope = readEnvelope(bytes);
      id = envelope.id;
      const [left, right] = [envelope.documentOf('left'), envelope.documentOf('right')];
      return compared(id, left, right, envelope.rules);
    },
    () => id,
  );
}

/** Compares two documents given as bytes, with rules as in a line. Never throws. */
export function compareDocuments(left: Uint8Array, right: Uint8Array, rules: Json | undefined): LineResult {
  return attempt(
    () => compared(null, left, right, rules),
    () => null,
  );
}

type Document = string | Uint8Array;

function compared(id: Json, left: Document, right: Document, given: Json | undefined): LineResult {
  const rules = lineRules(given);
  const [leftRead, rightRead] = parsePair(left, right);
  if (!leftRead.ok) return faulty(id, 'left', leftRead.fault.class);
  if (!rightRead.ok) return faulty(id, 'right', rightRead.fault.class);
  const { found, more } = diff(leftRead.value, rightRead.value, rules, LIMITS);
  return { id, isEqual: found.length === 0, fault: null, differences: found, more };
}

function attempt(compare: () => LineResult, idOf: () => Json): LineResult {
  try {
    return compare();
  } catch (error) {
    if (error instanceof BadLine) return badLine(idOf(), error.message);
    if (error instanceof RangeError)
      return badLine(idOf(), 'the documents are too large for the memory of this process');
    throw error;
  }
}

export function badLine(id: Json, error: string): LineResult {
  return { ...faulty(id, 'input', 'bad-line'), error };
}

function faulty(id: Json, side: 'left' | 'right' | 'input', name: string): LineResult {
  return { id, isEqual: false, fault: { side, class: name }, differences: [], more: 0 };
}

/** The result as one line of JSON. Numbers keep all their digits; null stands for a missing value. */
export function resultText({ id, isEqual, fault, differences, more, error }: LineResult): string {
  const shown = differences.map(
    ({ path, kind, class: name, left, right }) =>
      `{"path":${JSON.stringify(path)},"kind":"${kind}","left":${valueText(left)},"right":${valueText(right)},"class":${JSON.stringify(name)}}`,
  );
  const rest = more === 0 ? '' : `,"more":${more}`;
  const why = error === undefined ? '' : `,"error":${JSON.stringify(error)}`;
  return `{"id":${stringify(id)},"equal":${isEqual},"fault":${JSON.stringify(fault)},"differences":[${shown.join(',')}]${rest}${why}}`;
}

function valueText(value: Json | undefined): string {
  return value === undefined ? 'null' : stringify(value);
}

/** The result as text for a person. */
export function resultSentence({ id, isEqual, fault, differences, more, error }: LineResult): string {
  const name = id === null ? '' : `${stringify(id)}: `;
  if (error !== undefined) return `${name}not compared: ${error}`;
  if (fault !== null) return `${name}not compared: ${fault.side} is not valid JSON (${fault.class})`;
  if (isEqual) return `${name}equal`;
  const lines = differences.map(
    ({ path, kind, class: what, left, right }) =>
      `  ${path || '(whole document)'}  ${kind} (${what})  ${valueText(left)} | ${valueText(right)}`,
  );
  const rest = more === 0 ? '' : `, and ${more} more`;
  return `${name}${differences.length} differences${rest}\n${lines.join('\n')}`;
}
