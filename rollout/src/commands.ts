import type { EvidenceSource } from './evidence-source.ts';
import { StageMoved } from './faults.ts';
import type { Entry, FlagControl } from './flag-control.ts';
import { evaluate } from './gate/evaluate.ts';
import { pooled } from './gate/evidence.ts';
import { type Judgement, unknown } from './gate/judgement.ts';
import { gateOf, neighbour, type Plan } from './plan.ts';
import { STAGES, type StageName } from './stages.ts';

/** What a command did, for people and for programs. */
export type Outcome = { exit: number; text: string; json: object };

export const EXIT = { done: 0, fail: 1, unknown: 2, badInput: 3, fault: 4 } as const;

export type Tools = { plan: Plan; flag: FlagControl; evidence: EvidenceSource };

export async function init({ plan, flag }: Tools): Promise<Outcome> {
  const did = await flag.init();
  const text = did.length === 0 ? `flag ${plan.flag.name} is as it must be` : did.join('\n');
  return { exit: EXIT.done, text, json: { command: 'init', flag: plan.flag.name, did } };
}

export async function status(tools: Tools): Promise<Outcome> {
  const entry = await tools.flag.current();
  const { judgement, counts } = await judge(tools, entry);
  const { percent, shadow } = STAGES[entry.stage];
  const text = [
    `${entry.stage} since ${entry.since}: ${percent} % of customers on the new core, shadow ${shadow ? 'on' : 'off'}`,
    `gate: ${describe(judgement)}`,
  ].join('\n');
  const json = {
    command: 'status',
    flag: tools.plan.flag.name,
    ...entry,
    percent,
    shadow,
    verdicts: counts,
    judgement,
  };
  return { exit: EXIT.done, text, json };
}

/** Enters the next stage if the gate passes the evidence of the stage in force, else refuses and says why. */
export async function advance(tools: Tools): Promise<Outcome> {
  const entry = await tools.flag.current();
  const next = neighbour(tools.plan, entry.stage, 1);
  if (next === null) return atTheEnd('advance', tools.plan, entry.stage);
  const { judgement } = await judge(tools, entry);
  if (judgement.decision !== 'PASS') {
    return {
      exit: judgement.decision === 'FAIL' ? EXIT.fail : EXIT.unknown,
      text: `stays in ${entry.stage}: ${describe(judgement)}`,
      json: { command: 'advance', moved: false, from: entry.stage, to: null, judgement },
    };
  }
  try {
    return await moved('advance', tools.flag, entry, next, judgement);
  } catch (error) {
    if (!(error instanceof StageMoved)) throw error;
    const json = { command: 'advance', moved: false, from: error.now, to: null, judgement };
    return { exit: EXIT.unknown, text: `stays in ${error.now}: ${error.message}`, json };
  }
}

/** A step back asks nobody. */
export async function back(tools: Tools): Promise<Outcome> {
  const entry = await tools.flag.current();
  const before = neighbour(tools.plan, entry.stage, -1);
  if (before === null) return atTheEnd('back', tools.plan, entry.stage);
  return moved('back', tools.flag, entry, before, null);
}

export async function set(tools: Tools, stage: StageName): Promise<Outcome> {
  return moved('set', tools.flag, null, stage, null);
}

/** A stage without a shadow compares nothing, so there is nothing to judge. */
async function judge({ plan, evidence }: Tools, entry: Entry) {
  const nothing: Judgement = { decision: 'PASS', reasons: [], bounds: [] };
  if (!STAGES[entry.stage].shadow) return { judgement: nothing, counts: null };
  const answer = await evidence(entry);
  if ('unreachable' in answer) {
    return { judgement: unknown('EVIDENCE_UNREACHABLE', answer.unreachable), counts: null };
  }
  if (answer.stage !== entry.stage || Date.parse(answer.from) < Date.parse(entry.since)) {
    const detail = `asked for ${entry.stage} since ${entry.since}, got ${answer.stage} from ${answer.from}`;
    return { judgement: unknown('EVIDENCE_OF_ANOTHER_STAGE', detail), counts: null };
  }
  return { judgement: evaluate(gateOf(plan, entry.stage), answer), counts: pooled(answer) };
}

async function moved(
  command: string,
  flag: FlagControl,
  from: Entry | null,
  to: StageName,
  judgement: Judgement | null,
): Promise<Outcome> {
  // An advance judged an entry: it may follow on that entry only. A step back is right wherever it comes from.
  const { since } = await flag.enter(to, command === 'advance' && from !== null ? from : undefined);
  return {
    exit: EXIT.done,
    text: from === null ? `set to ${to}` : `${from.stage} -> ${to}`,
    json: { command, moved: true, from: from?.stage ?? null, to, since, judgement },
  };
}

function atTheEnd(command: string, plan: Plan, stage: StageName): Outcome {
  const text = `plan ${plan.name} has no stage ${command === 'back' ? 'before' : 'after'} ${stage}`;
  return { exit: EXIT.badInput, text, json: { command, moved: false, from: stage, to: null, reason: text } };
}

function describe(judgement: Judgement): string {
  const [pooledBound] = judgement.bounds;
  const seen = pooledBound === undefined ? '' : ` (${pooledBound.n} of ${pooledBound.required} comparisons)`;
  const why = judgement.reasons.map((r) => r.detail).join('; ');
  return `${judgement.decision}${seen}${why === '' ? '' : `: ${why}`}`;
}
