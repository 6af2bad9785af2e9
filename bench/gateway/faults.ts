/** What a shadow that fails in a way must be counted as. */
export type Fault = {
  verdict: 'match' | 'mismatch' | 'shadow_error' | 'shadow_timeout' | 'unsampled';
  /** It holds its slot for the whole deadline: what finds none is `dropped`. Others drop only what a slow machine does. */
  holdsSlots?: true;
};

/** Both gateways without a shadow: how exact the ratios are, on this machine and at this hour. */
export const NO_FAULT = 'none, against itself';

/** Each by the name `upstream-main.ts` knows it by. */
export const FAULTS: Record<string, Fault> = {
  [NO_FAULT]: { verdict: 'unsampled' },
  fast: { verdict: 'match' },
  'slow 200 ms': { verdict: 'match' },
  hanging: { verdict: 'shadow_timeout', holdsSlots: true },
  'reset in the middle': { verdict: 'shadow_error' },
  'status 500': { verdict: 'shadow_error' },
  'wrong content type': { verdict: 'mismatch' },
  'truncated JSON': { verdict: 'shadow_error' },
  '50 MB body': { verdict: 'shadow_error' },
  'slow drip': { verdict: 'shadow_timeout', holdsSlots: true },
  'dead port': { verdict: 'shadow_error' },
  'TLS failure': { verdict: 'shadow_error' },
};

/** What is wrong with the verdicts of so many requests. */
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

/** What is wrong with so many customers' times. */
export function unanswered(times: readonly number[]): string[] {
  const failed = times.filter((ms) => !Number.isFinite(ms)).length;
  return failed === 0 ? [] : [`${failed} customers without an answer`];
}

/** `shadow_timeout 320, dropped 80`. */
export function verdictText({ holdsSlots }: Fault, verdicts: Readonly<Record<string, number>>): string {
  const told = Object.entries(verdicts)
    .filter(([, n]) => n > 0)
    .map(([name, n]) => `${name} ${n}`)
    .join(', ');
  return (verdicts['dropped'] ?? 0) > 0 && holdsSlots !== true ? `${told}: MISSED, none should be` : told;
}
