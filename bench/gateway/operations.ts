import { fileURLToPath } from 'node:url';
import type { Operation, OperationsFile } from '@core-exit/comparator';

const OPERATIONS_PATH = fileURLToPath(import.meta.url);

const shadowed: Operation = {
  name: 'bench.shadowed',
  method: 'GET',
  path: '/shadowed/:id',
  effect: 'reads',
  comparison: { rules: [] },
  headers: [],
  fields: { '/**': 'plain' },
  maxAnswerBytes: 64 * 1024, // as for payouts
  shadow: ({ path }) => ({ method: 'GET', path, isPinned: true }),
  outcome: () => null,
  stratum: () => ({}),
};

/** Two routes of one service: the answers of one are compared, those of the other are not. */
export default {
  service: 'bench',
  flag: 'bench',
  identity: {
    issuer: 'bank-auth',
    audience: 'interest-payout',
    algorithms: ['EdDSA'],
    subject: ({ sub }) => (typeof sub === 'string' ? sub : null),
  },
  internalHeaders: [],
  credentials: () => ({}),
  problem: () => ({ status: 503, headers: {}, body: '' }),
  operations: [shadowed, { ...shadowed, name: 'bench.passed', path: '/passed/:id', shadow: () => null }],
} satisfies OperationsFile;

export { OPERATIONS_PATH };
