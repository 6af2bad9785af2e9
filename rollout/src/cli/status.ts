import { EXIT } from '@core-exit/process/exit-codes';
import { blocksOf, duration } from '../controller/blocks.ts';
import type { Judged } from '../controller/judge.ts';
import { pooled } from '../gate/evidence.ts';
import type { Bound } from '../gate/judgement.ts';
import { nameOf } from '../gate/judgement-text.ts';
import { neighbour, type Plan, type PlannedStage, stageOf } from '../plan/plan.ts';
import { approversOf, type StartedRamp } from '../store/store.ts';
import type { Outcome } from './outcome.ts';
import { judgeNow, startedRamp, type Tools } from './tools.ts';

const BAR_WIDTH = 20;
/** One screen. The strata that miss the most pairs are shown first. */
const MAX_STRATA = 30;

/** The current stage, its evidence compared with what the gate requires, and all blocks. */
export async function status(tools: Tools): Promise<Outcome> {
  const { plan } = tools;
  const ramp = await startedRamp(tools);
  const { current, clock } = ramp;
  const approvals = approversOf(ramp, plan.hash);
  const stage = stageOf(plan, current.stage);
  const [judged, unleash] = await Promise.all([
    judgeNow(tools, stage, current),
    tools.flag.read().then(
      (state) => (state.kind === 'staged' ? `${state.stage} since ${state.since}` : state.doubt),
      (error: unknown) => `unreachable: ${error instanceof Error ? error.message : String(error)}`,
    ),
  ]);
  const blocks = blocksOf(plan, stage, ramp, judged.judgement);
  const { percent, shadow, primary } = stage;
  const json = {
    command: 'status',
    flag: plan.flag.name,
    stage: current.stage,
    since: current.since,
    percent,
    shadow,
    primary,
    held: current.held,
    next: neighbour(plan, current.stage, 1)?.stage ?? null,
    verdicts: judged.evidence === null ? null : pooled(judged.evidence),
    judgement: judged.judgement,
    blocks,
    approvals: { have: approvals, need: stage.approvals },
    clock: clock.toISOString(),
    unleash,
  };
  const text = [
    ...headLines(plan, stage, ramp),
    ...evidenceLines(judged, current.since),
    `approvals   ${approvals.length} of ${stage.approvals}${approvals.length > 0 ? `: ${approvals.join(', ')}` : ''}`,
    `Unleash     ${unleash}`,
    blocks.length === 0
      ? `next        ${json.next ?? ''}, not blocked`
      : `blocked by  ${blocks.map((b) => `${b.code} ${b.detail}`).join('\n            ')}`,
  ].join('\n');
  return { exit: EXIT.done, text, json };
}

function headLines(plan: Plan, stage: PlannedStage, { current, clock }: StartedRamp): string[] {
  const path = plan.stages.map((s) => (s.stage === stage.stage ? `[${s.stage}]` : s.stage)).join(' ─ ');
  const elapsed = duration(Math.max(0, clock.getTime() - current.enteredClock.getTime()));
  return [
    `${plan.flag.name}, plan ${plan.name}${current.held ? ' · HELD' : ''}`,
    path,
    `new core    ${bar(stage.percent / 100)} ${stage.percent} %${stage.cohorts.length > 0 ? ` and ${stage.cohorts.join(', ')}` : ''}`,
    `shadow      ${bar(stage.shadow)} ${Math.round(stage.shadow * 100)} % of requests`,
    `bake time   ${elapsed} of ${duration(stage.bake.minutes * 60_000)}, and ${stage.bake.midnights} midnights in ${plan.timeZone}`,
  ];
}

function evidenceLines({ judgement, evidence }: Judged, since: string): string[] {
  const [all, ...strata] = judgement.bounds;
  if (all === undefined || evidence === null) return [`evidence    ${judgement.decision}`];
  const elapsedMs = Date.parse(evidence.to) - Date.parse(since);
  const sparse = strata.toSorted((a, b) => share(a) - share(b)).slice(0, MAX_STRATA);
  const hidden = strata.length - sparse.length;
  return [
    `evidence    ${judgement.decision}`,
    ...[all, ...sparse].map((bound) => evidenceLine(bound, elapsedMs)),
    ...(hidden > 0 ? [`  and ${hidden} strata with more pairs`] : []),
  ];
}

function evidenceLine(bound: Bound, elapsedMs: number): string {
  const { stratum, n, k, upper, required } = bound;
  const missing = required - n;
  const left =
    missing <= 0 ? '' : n === 0 ? '  no pair yet' : `  about ${duration((missing * elapsedMs) / n)} more`;
  const name = nameOf(stratum).slice(0, 48).padEnd(48);
  return `  ${name} ${bar(share(bound))} ${n} of ${required}, ${k} differ, rate < ${upper.toPrecision(2)}${left}`;
}

function share({ n, required }: Bound): number {
  return required === 0 ? 1 : Math.min(1, n / required);
}

function bar(part: number): string {
  const full = Math.round(part * BAR_WIDTH);
  return `${'█'.repeat(full)}${'·'.repeat(BAR_WIDTH - full)}`;
}
