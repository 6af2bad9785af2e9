import { fileURLToPath } from 'node:url';
import type { Operation, OperationsFile } from '@core-exit/comparator';

export const OPERATIONS_PATH = fileURLToPath(import.meta.url);
export const FLAG = 'bench-stop';

const common = {
  comparison: { rules: [] },
  headers: [],
  fields: { '/**': 'plain' },
  outcome: () => null,
  stratum: () => ({ product: 'bench' }),
} as const;

const quote: Operation = {
  ...common,
  name: 'stop.quote',
  method: 'GET',
  path: '/quotes/:id',
  effect: 'reads',
  shadow: ({ path }) => ({ method: 'GET', path, isPinned: true }),
};

const payout: Operation = {
  ...common,
  name: 'stop.payout',
  method: 'POST',
  path: '/payouts/:id',
  effect: 'writes',
  shadow: ({ path }) => ({ method: 'POST', path: `${path}/rehearsals`, body: '{}', isPinned: true }),
};

export default {
  service: 'bench-stop',
  flag: FLAG,
  identity: {
    issuer: 'bank-auth',
    audience: 'interest-payout',
    algorithms: ['EdDSA'],
    subject: ({ sub }) => (typeof sub === 'string' ? sub : null),
  },
  internalHeaders: [],
  credentials: () => ({ 'x-shadow': 'yes' }),
  problem: () => ({ status: 503, headers: {}, body: '' }),
  operations: [quote, payout],
} satisfies OperationsFile;
