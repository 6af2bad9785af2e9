/** Pairs of documents with the right result; a number is the number of differences. */
export type Exactness = {
  name: string;
  left: string;
  right: string;
  expected: 'equal' | 'different' | 'fault' | number;
};

export const EXACTNESS: Exactness[] = [
  {
    name: '9007199254740993 | 9007199254740992',
    left: '9007199254740993',
    right: '9007199254740992',
    expected: 'different',
  },
  {
    name: 'one cent at 10^15',
    left: '1000000000000000.01',
    right: '1000000000000000.02',
    expected: 'different',
  },
  { name: '1e400 | 1e401', left: '1e400', right: '1e401', expected: 'different' },
  { name: '1.0 | 1', left: '{"a":1.0}', right: '{"a":1}', expected: 'equal' },
  { name: '-0 | 0', left: '{"a":-0}', right: '{"a":0}', expected: 'equal' },
  { name: 'keys in another order', left: '{"a":1,"b":2}', right: '{"b":2,"a":1}', expected: 'equal' },
  { name: 'null | absent', left: '{"a":null}', right: '{}', expected: 'different' },
  { name: 'a key twice', left: '{"a":1,"a":2}', right: '{"a":2}', expected: 'fault' },
  { name: 'half a surrogate pair', left: '"\\ud800"', right: '"\\ud800"', expected: 'fault' },
  {
    name: '__proto__ as a key',
    left: '{"__proto__":{"x":1}}',
    right: '{"__proto__":{"x":2}}',
    expected: 'different',
  },
  {
    name: 'one element inserted in a list of objects',
    left: '[{"a":1,"b":1},{"a":2,"b":2},{"a":3,"b":3}]',
    right: '[{"a":9,"b":9},{"a":1,"b":1},{"a":2,"b":2},{"a":3,"b":3}]',
    expected: 1,
  },
];
