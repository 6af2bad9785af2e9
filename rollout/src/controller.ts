import type { EvidenceSource } from './evidence-source.ts';
import type { Entry, FlagControl } from './flag-control.ts';
import { pooled } from './gate/evidence.ts';
import { STAGES, type StageName } from './stages.ts';

/** Requests decided under an entry are still compared after it ended: propagation, a slow shadow, a late flush. */
const LATE_VERDICTS_MS = 10_000;

/** One thing the controller did by itself. */
export type ControllerDecision = {
  at: string;
  action: 'step-back';
  from: Entry;
  to: Entry;
  because: { code: 'MISMATCH'; stage: StageName; since: string; mismatches: number };
  /** From the answer that showed the mismatch to Unleash's confirmation of the new stage. */
  tookMs: number;
};

type Watched = Entry & { answeredFor: number; until: number };

/**
 * Watches the evidence of the entry in force, and for a while that of the entry before it. The first mismatch in a
 * stage that moves money steps back to the fallback stage; further mismatches of the same entry, already answered
 * for, do nothing. What fails is tried again at the next poll, because the mismatch is still there.
 */
export type Controller = {
  /** Looks which stage is in force; a person may have moved it. */
  lookAtFlag(): Promise<void>;
  /** Asks for the evidence; returns what it did about it, or null. */
  poll(): Promise<ControllerDecision | null>;
  current(): Entry | null;
};

export type ControllerTools = {
  flag: FlagControl;
  evidence: EvidenceSource;
  fallbackStage: StageName;
  now: () => Date;
  onNoEvidence: (why: string) => void;
};

export function createController(tools: ControllerTools): Controller {
  let current: Watched | null = null;
  let before: Watched | null = null;

  const follow = (entry: Entry): void => {
    if (current?.since === entry.since) return;
    if (current !== null) before = { ...current, until: tools.now().getTime() + LATE_VERDICTS_MS };
    current = { ...entry, answeredFor: 0, until: Number.POSITIVE_INFINITY };
  };

  const unansweredMismatches = async (entry: Watched): Promise<number> => {
    const evidence = await tools.evidence(entry);
    if ('unreachable' in evidence) {
      tools.onNoEvidence(evidence.unreachable);
      return 0;
    }
    if (evidence.stage !== entry.stage) return 0;
    const mismatches = pooled(evidence).mismatch;
    return mismatches > entry.answeredFor ? mismatches : 0;
  };

  const stepBack = async (entry: Watched, mismatches: number): Promise<ControllerDecision | null> => {
    const started = tools.now();
    const from = await tools.flag.current(); // a person may have been faster, and may have chosen `off`
    if (!STAGES[from.stage].movesMoney) {
      entry.answeredFor = mismatches;
      follow(from);
      return null;
    }
    const to = await tools.flag.enter(tools.fallbackStage);
    entry.answeredFor = mismatches;
    follow(to);
    return {
      at: tools.now().toISOString(),
      action: 'step-back',
      from,
      to,
      because: { code: 'MISMATCH', stage: entry.stage, since: entry.since, mismatches },
      tookMs: tools.now().getTime() - started.getTime(),
    };
  };

  return {
    current: () => current,
    lookAtFlag: async () => follow(await tools.flag.current()),
    async poll() {
      const now = tools.now().getTime();
      for (const entry of [current, before]) {
        if (entry === null || entry.until < now || !STAGES[entry.stage].movesMoney) continue;
        const mismatches = await unansweredMismatches(entry);
        if (mismatches > 0) return stepBack(entry, mismatches);
      }
      return null;
    },
  };
}
