import type { Operation, OperationsFile } from '../src/index.ts';
import { Answer, valueAt } from '../src/index.ts';

const textAt = (answer: Answer, pointer: string): string | null => {
  const value = valueAt(answer.json(), pointer);
  return typeof value === 'string' ? value : null;
};

const common = {
  headers: [],
  fields: { '/amount': 'plain', '/account': 'account' },
  comparison: { rules: [] },
} as const;

/** The small service of the tests: read a thing, order a thing. */
export const thingRead: Operation = {
  ...common,
  name: 'thing.read',
  method: 'GET',
  path: '/things/:id',
  effect: 'reads',
  outcome: () => null,
  stratum: (_request, answer) => ({ size: (textAt(answer, '/amount') ?? '').length > 2 ? 'large' : 'small' }),
  shadow: ({ path }, primary) =>
    primary?.status === 418 ? null : { method: 'GET', path, isPinned: !path.includes('unpinned') },
};

export const thingOrder: Operation = {
  ...common,
  name: 'thing.order',
  method: 'POST',
  path: '/things/:id/orders',
  effect: 'writes',
  outcome: (answer) => (answer.status < 300 ? 'ordered' : null),
  stratum: () => ({}),
  shadow: ({ path }) => ({
    method: 'POST',
    path: `${path}/rehearsals`,
    body: '{"dry":true}',
    isPinned: true,
  }),
  after: ({ path }, _answer, core) =>
    core === 'legacy' ? [{ core: 'new', method: 'POST', path: `${path}/drops` }] : [],
};

export const thingService: OperationsFile = {
  service: 'things',
  flag: 'things',
  identity: {
    issuer: 'issuer-of-things',
    audience: 'things',
    algorithms: ['EdDSA'],
    subject: ({ sub }) => (typeof sub === 'string' ? sub : null),
  },
  internalHeaders: ['x-internal'],
  credentials: (token, subject) => ({
    authorization: `Service ${token}`,
    ...(subject ? { 'x-internal': subject } : {}),
  }),
  problem: (kind) => ({
    status: {
      'not-found': 404,
      malformed: 400,
      'too-large': 413,
      unavailable: 503,
      'outcome-unknown': 504,
      internal: 500,
    }[kind],
    headers: { 'content-type': 'application/problem+json' },
    body: JSON.stringify({ kind }),
  }),
  operations: [thingRead, thingOrder],
};
