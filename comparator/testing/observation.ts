import type { Decision, Verdict } from '@core-exit/rollout';
import { type Difference, signatureOf } from '../src/engine/index.ts';
import type { CaseRecord, Observation } from '../src/verdict/observation.ts';

export const SINCE = '2026-01-02T00:00:00.000Z';
let cases = 0;

type Given = {
  verdict?: Verdict;
  at?: Date;
  decision?: Partial<Decision>;
  stratum?: Record<string, string>;
  /** Pointers that differ in a mismatch. */
  paths?: string[];
};

/** An observation as the gateway makes it; a mismatch has a record and a signature. */
export function observation({
  verdict = 'match',
  at,
  decision,
  stratum = {},
  paths = ['/net'],
}: Given = {}): Observation {
  const differences = paths.map(
    (path): Difference => ({ path, generalPath: path, kind: 'changed', class: 'off-by-one' }),
  );
  cases += 1;
  const call = {
    version: '1.0.0',
    ms: 3,
    status: 200,
    failure: null,
    contentType: 'application/json',
    bytes: 20,
    body: '{"net":"99"}',
  };
  const record: CaseRecord = {
    id: `case-${process.pid}-${cases}`,
    traceId: '0af7651916cd43dd8448eb211c80319c',
    subject: '***0001',
    signature: signatureOf('thing.read', differences, () => []),
    differences: differences.map((d) => ({ ...d, left: '"99"', right: '"98"' })),
    more: 0,
    failure: null,
    encryptedRequest: null,
    rulesVersion: '0123456789ab',
    basis: '2026-01-02 7',
    primary: { ...call, core: 'legacy' },
    shadow: { ...call, core: 'new', body: '{"net":"98"}' },
  };
  return {
    at: at ?? new Date('2026-01-02T03:04:05.678Z'),
    operation: 'thing.read',
    decision: {
      primary: 'legacy',
      shadow: true,
      stage: 'ramp-10',
      since: SINCE,
      reason: 'outside-share',
      ...decision,
    },
    stratum,
    verdict,
    because: null,
    timings: [
      { core: 'legacy', role: 'primary', ms: 12.3 },
      { core: 'new', role: 'shadow', ms: 4.56 },
    ],
    record: verdict === 'mismatch' ? record : null,
  };
}
