import { VERDICTS, type Verdict, type VerdictCounts } from '@core-exit/rollout';
import type { Observation } from '../verdict/observation.ts';

/** Stays in a stage kept in memory. While the database does not answer, only the newest are read. */
const MAX_STAYS = 16;

export function noVerdicts(): VerdictCounts {
  return Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as VerdictCounts;
}

/**
 * The counts of this process since its start. They are used when the database does not answer, because the rollout
 * controller must see a mismatch even then. Every request is settled exactly once, so `requests - settledCount` requests
 * are in progress.
 */
export class Tally {
  requests = 0;
  settledCount = 0;
  readonly verdicts: VerdictCounts = noVerdicts();
  private waiters: (() => void)[] = [];
  private readonly stays = new Map<string, VerdictCounts>();

  requested(): void {
    this.requests += 1;
  }

  settled(observation: Observation): void {
    this.settledCount += 1;
    this.count(this.verdicts, observation.verdict);
    this.count(this.stayOf(observation.decision.stage, observation.decision.since), observation.verdict);
    if (this.settledCount === this.requests) for (const resolve of this.waiters.splice(0)) resolve();
  }

  /** Resolves when every request has its verdict. */
  allSettled(): Promise<void> {
    if (this.settledCount === this.requests) return Promise.resolve();
    return new Promise((resolve) => this.waiters.push(resolve));
  }

  /** The verdicts of one stay in a stage, as counted by this process. */
  stay(stage: string, since: string): VerdictCounts {
    return this.stays.get(`${stage} ${since}`) ?? noVerdicts();
  }

  private stayOf(stage: string, since: string): VerdictCounts {
    const name = `${stage} ${since}`;
    const known = this.stays.get(name);
    if (known !== undefined) return known;
    const oldest = this.stays.size >= MAX_STAYS ? this.stays.keys().next().value : undefined;
    if (oldest !== undefined) this.stays.delete(oldest);
    const fresh = noVerdicts();
    this.stays.set(name, fresh);
    return fresh;
  }

  private count(counts: VerdictCounts, verdict: Verdict): void {
    counts[verdict] += 1;
  }
}
