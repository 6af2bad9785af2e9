/** How a request to a shadow with this fault must be counted. */
export type Fault = {
  verdict: 'match' | 'mismatch' | 'shadow_error' | 'shadow_timeout' | 'unsampled';
  /** The fault keeps its permit for the whole deadline, so further requests are `dropped`. Other faults drop none. */
  holdsPermits?: true;
};

/** Both gateways without a shadow, which shows how exact the ratios are on this machine at this time. */
export const NO_FAULT = 'none, against itself';

/** By the name of the behaviour in `upstream-main.ts`. */
export const FAULTS: Record<string, Fault> = {
  [NO_FAULT]: { verdict: 'unsampled' },
  fast: { verdict: 'match' },
  'slow 200 ms': { verdict: 'match' },
  hanging: { verdict: 'shadow_timeout', holdsPermits: true },
  'reset in the middle': { verdict: 'shadow_error' },
  'status 500': { verdict: 'shadow_error' },
  'wrong content type': { verdict: 'mismatch' },
  'truncated JSON': { verdict: 'shadow_error' },
  '50 MB body': { verdict: 'shadow_error' },
  'slow drip': { verdict: 'shadow_timeout', holdsPermits: true },
  'dead port': { verdict: 'shadow_error' },
  'TLS failure': { verdict: 'shadow_error' },
};

/** What is wrong with the verdicts of `sent` requests. */
export function wrongVerdicts(
  { verdict }: Fault,
  sent: number,
  requests: number,
  verdicts: Readonly<Record<string, number>>,
): string[] {
  const sum = Object.values(verdicts).reduce((a, b) => a + b, 0);
  const wrong: string[] = [];
  if (requests !== sent || sum !== sent) wrong.push(`${sent} sent, ${requests} requests, ${sum} verdicts`);
  if ((verdicts[verdict] ?? 0) === 0) wrong.push(`no ${verdict}`);
  for (const [name, n] of Object.entries(verdicts)) {
    if (n > 0 && name !== verdict && name !== 'dropped') wrong.push(`${n} ${name}`);
  }
  return wrong;
}

/** What is wrong with the times of customers; a time that is not finite is a request without an answer. */
export function unanswered(times: readonly number[]): string[] {
  const failed = times.filter((ms) => !Number.isFinite(ms)).length;
  return failed === 0 ? [] : [`${failed} customers without an answer`];
}

/** `shadow_timeout 320, dropped 80`. */
export function verdictText({ holdsPermits }: Fault, verdicts: Readonly<Record<string, number>>): string {
  const counts = Object.entries(verdicts)
    .filter(([, n]) => n > 0)
    .map(([name, n]) => `${name} ${n}`)
    .join(', ');
  return (verdicts['dropped'] ?? 0) > 0 && holdsPermits !== true
    ? `${counts}: MISSED, none should be`
    : counts;
}
