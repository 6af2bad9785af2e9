import { isDeepStrictEqual } from 'node:util';
import { Answer, compareAnswers, compileRules, diff, parsePair } from '@core-exit/comparator/engine';
import * as jsondiffpatch from 'jsondiffpatch';
import microdiff from 'microdiff';

/** `some`: the library does not count the differences. */
type Found = number | 'some' | 'fault';

/** Compares the bytes of two answers. The differences are counted outside the measured time. */
export type Contender = {
  name: string;
  role: 'ours' | 'reference' | 'other';
  compare(left: Buffer, right: Buffer): () => Found;
};

const RULES = compileRules({ rules: [] }, '0000-01-01');
const TERMS = { rules: RULES, headers: [], outcome: () => null };
const HEADERS = { 'content-type': 'application/json' };

const asItIs = jsondiffpatch.create();
/** With a function that identifies equal elements, as its documentation advises; without it an insertion is many differences. */
const withHash = jsondiffpatch.create({
  objectHash: (item) => {
    const { payoutId, line, a } = item as { payoutId?: string; line?: number; a?: number };
    return String(payoutId ?? line ?? a);
  },
});

export const CONTENDERS: Contender[] = [
  {
    name: 'engine, a pair',
    role: 'ours',
    compare(left, right) {
      const [a, b] = parsePair(left, right);
      if (!a.ok || !b.ok) return () => 'fault';
      const { found } = diff(a.value, b.value, RULES);
      return () => found.length;
    },
  },
  {
    name: 'engine, two answers',
    role: 'ours',
    /** As the gateway, the sweep and the replay: each answer is read alone, with status and headers. */
    compare(left, right) {
      const comparison = compareAnswers(
        new Answer(200, HEADERS, left),
        new Answer(200, HEADERS, right),
        TERMS,
      );
      return () => (comparison.kind === 'faulty' ? 'fault' : comparison.found.length);
    },
  },
  patching('jsondiffpatch', asItIs),
  patching('with objectHash', withHash),
  {
    name: 'isDeepStrictEqual',
    role: 'other',
    compare(left, right) {
      const isEqual = isDeepStrictEqual(JSON.parse(left.toString()), JSON.parse(right.toString()));
      return () => (isEqual ? 0 : 'some');
    },
  },
  {
    name: 'microdiff',
    role: 'other',
    compare(left, right) {
      const found = microdiff(wrapped(JSON.parse(left.toString())), wrapped(JSON.parse(right.toString())));
      return () => found.length;
    },
  },
];

/** microdiff compares objects and lists only. */
function wrapped(value: unknown): Record<string, unknown> {
  return { value };
}

function patching(name: string, patcher: ReturnType<typeof jsondiffpatch.create>): Contender {
  return {
    name,
    role: 'reference',
    compare(left, right) {
      const delta = patcher.diff(JSON.parse(left.toString()), JSON.parse(right.toString()));
      return () => deltas(delta);
    },
  };
}

/** A delta is a list, inside objects; `_t` marks an object that stands for a list. */
function deltas(delta: unknown): number {
  if (delta === undefined) return 0;
  if (Array.isArray(delta) || typeof delta !== 'object' || delta === null) return 1;
  return Object.entries(delta).reduce((sum, [key, inner]) => sum + (key === '_t' ? 0 : deltas(inner)), 0);
}
