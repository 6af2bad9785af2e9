import { VERDICTS, type Verdict, type VerdictCounts } from '@core-exit/rollout';
import type { Observation } from '../verdict/observation.ts';

/** Entries into stages remembered; the newest are the ones anybody asks for while the database is away. */
const MAX_ENTRIES = 16;

export function noVerdicts(): VerdictCounts {
  return Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as VerdictCounts;
}

/**
 * Counts of this process since its start, for when the database cannot be asked: a mismatch must be seen by the
 * rollout controller whatever else is broken. Every request is settled exactly once, so `requests - settledCount` is what
 * is under way.
 */
export class Tally {
  requests = 0;
  settledCount = 0;
  readonly verdicts: VerdictCounts = noVerdicts();
  private waiting: (() => void)[] = [];
  private readonly entries = new Map<string, VerdictCounts>();

  requested(): void {
    this.requests += 1;
  }

  settled(observation: Observation): void {
    this.settledCount += 1;
    this.count(this.verdicts, observation.verdict);
    this.count(this.entryOf(observation.decision.stage, observation.decision.since), observation.verdict);
    if (this.settledCount === this.requests) for (const resolve of this.waiting.splice(0)) resolve();
  }

  /** Resolves when every request has its verdict. */
  allSettled(): Promise<void> {
    if (this.settledCount === this.requests) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Verdicts of one entry into a stage, as far as this process saw it. */
  entry(stage: string, since: string): VerdictCounts {
    return this.entries.get(`${stage} ${since}`) ?? noVerdicts();
  }

  private entryOf(stage: string, since: string): VerdictCounts {
    const name = `${stage} ${since}`;
    const known = this.entries.get(name);
    if (known !== undefined) return known;
    const oldest = this.entries.size >= MAX_ENTRIES ? this.entries.keys().next().value : undefined;
    if (oldest !== undefined) this.entries.delete(oldest);
    const fresh = noVerdicts();
    this.entries.set(name, fresh);
    return fresh;
  }

  private count(counts: VerdictCounts, verdict: Verdict): void {
    counts[verdict] += 1;
  }
}
