/** Everything that the comparator needs to know to compare the two order services. */
import { type Answer, type Operation, type OperationsFile, valueAt } from '../src/index.ts';

const readOrder: Operation = {
  name: 'orders.read',
  method: 'GET',
  path: '/orders/:id',
  effect: 'reads',
  comparison: {
    rules: [
      {
        kind: 'ignore',
        path: '/servedBy',
        because: 'names the process, not the order',
        owner: 'orders team',
        until: '2099-12-31',
      },
      {
        kind: 'unordered',
        path: '/tags',
        because: 'tags are a set in both services',
        owner: 'orders team',
        until: '2099-12-31',
      },
    ],
  },
  headers: [],
  // How each field may be shown and stored; other fields are stored as ***.
  fields: {
    '/id': 'plain',
    '/total': 'plain',
    '/lines/*/**': 'plain',
    '/tags/*': 'plain',
    '/customer': 'secret',
  },
  shadow: ({ path }) => ({ method: 'GET', path, isPinned: true }),
  outcome: () => null,
  stratum: (_request, answer: Answer) => {
    const lines = valueAt(answer.json(), '/lines');
    return { lines: Array.isArray(lines) && lines.length > 1 ? 'many' : 'one' };
  },
};

export default {
  service: 'orders',
  flag: 'orders',
  identity: {
    issuer: 'shop',
    audience: 'orders',
    algorithms: ['EdDSA'],
    subject: ({ sub }) => (typeof sub === 'string' ? sub : null),
  },
  internalHeaders: [],
  credentials: () => ({}), // to read an order needs none here
  problem: (kind) => ({
    status: {
      'not-found': 404,
      malformed: 400,
      'too-large': 413,
      unavailable: 503,
      'outcome-unknown': 504,
      internal: 500,
    }[kind],
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ error: kind }),
  }),
  operations: [readOrder],
} satisfies OperationsFile;
