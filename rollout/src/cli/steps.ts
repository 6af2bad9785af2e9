import { BadInput, Fault } from '@core-exit/process/faults';
import { blocksOf } from '../controller/blocks.ts';
import { decidedOn } from '../controller/record.ts';
import { StoreFault } from '../faults.ts';
import { type Entry, instantAfter } from '../flag-control.ts';
import type { FlagState } from '../flag-shape.ts';
import { judgementOf } from '../gate/judgement.ts';
import { neighbour, type Plan, type PlannedStage, stageOf } from '../plan.ts';
import { type Action, approversOf, type Decided, type Snapshot, type StageInForce } from '../store/store.ts';
import { EXIT, type Outcome } from './outcome.ts';
import { type Asked, judgeNow, type Tools } from './tools.ts';

export type Begun = Snapshot & { inForce: StageInForce };

export async function begun({ store, plan }: Tools): Promise<Begun> {
  const snapshot = await store.look();
  if (snapshot.inForce === null) {
    throw new BadInput('the ramp', [`${plan.flag.name} was never begun: run \`rollout init\``]);
  }
  return { ...snapshot, inForce: snapshot.inForce };
}

/** Enters the next stage if nothing blocks it, else refuses and says what does. */
export async function advance(tools: Tools, asked: Asked): Promise<Outcome> {
  const { plan } = tools;
  const snapshot = await begun(tools);
  const { inForce } = snapshot;
  const stage = stageOf(plan, inForce.stage);
  const judged = await judgeNow(tools, stage, inForce);
  const blocks = blocksOf(plan, stage, snapshot, judged.judgement);
  const next = neighbour(plan, inForce.stage, 1);
  if (next === null || blocks.length > 0) {
    const { decision } = judged.judgement;
    const exit = next === null ? EXIT.badInput : decision === 'FAIL' ? EXIT.fail : EXIT.notYet;
    const json = { command: 'advance', moved: false, from: inForce.stage, to: null, ...judged, blocks };
    return {
      exit,
      json,
      text: `stays in ${inForce.stage}:\n${blocks.map((b) => `  ${b.code} ${b.detail}`).join('\n')}`,
    };
  }
  const unclear = await unclearIn(tools, 'advance', inForce);
  if (unclear !== null) return unclear;
  const decided = decidedOn(plan, { action: 'advance', ...reasoned(asked, 'the gate passed') }, judged);
  return enter(tools, { command: 'advance', to: next, decided, from: inForce, ifStill: inForce });
}

/** A step back asks nobody. Who makes one by hand wants it to stay: it is held until a person resumes. */
export async function back(tools: Tools, asked: Asked): Promise<Outcome> {
  const { plan } = tools;
  const { inForce } = await begun(tools);
  const before = neighbour(plan, inForce.stage, -1);
  if (before === null) {
    const text = `plan ${plan.name} has no stage before ${inForce.stage}`;
    return {
      exit: EXIT.badInput,
      text,
      json: { command: 'back', moved: false, from: inForce.stage, to: null },
    };
  }
  const decided = decidedOn(plan, { action: 'back', ...reasoned(asked, 'by hand') });
  return enter(tools, { command: 'back', to: before, decided, from: inForce, held: true });
}

/** Any stage without a gate: a lower one is held like a step back, and a held one is not raised before a person resumes. */
export async function set(tools: Tools, stage: string, asked: Asked): Promise<Outcome> {
  const { plan } = tools;
  const to = stageOf(plan, stage);
  const { inForce } = await begun(tools);
  const decided = decidedOn(plan, { action: 'set', ...reasoned(asked, 'by hand, without a gate') });
  const step = { command: 'set', to, decided, from: inForce } as const;
  const rise = placeOf(plan, stage) - placeOf(plan, inForce.stage);
  if (rise < 0) return enter(tools, { ...step, held: true });
  if (rise > 0 && inForce.held) {
    const text = `${inForce.stage} is held by a person: \`rollout resume\` first, then \`rollout set ${stage}\``;
    const json = { command: 'set', moved: false, from: inForce.stage, to: null, why: 'held' };
    return { exit: EXIT.fail, text, json };
  }
  const unclear = rise > 0 ? await unclearIn(tools, 'set', inForce) : null;
  if (unclear !== null) return unclear;
  // A stop that came in between is not overrun.
  return enter(tools, { ...step, held: inForce.held, ifStill: inForce });
}

/**
 * Why nobody may be put on the new core now: the flag knows of a step that the database does not (a stop while that was
 * away), was turned by hand, or cannot be asked. Moving on would overwrite it. A flag that lags behind is told the step.
 */
async function unclearIn({ flag }: Tools, command: Action, inForce: Entry): Promise<Outcome | null> {
  const unclear = await flag.read().then((said) => unclearOf(said, inForce), unreadable);
  if (unclear === null) return null;
  const { why, next } = unclear;
  const text = `stays in ${inForce.stage}: ${unclear.text}\nnext: ${next}`;
  return { exit: EXIT.notYet, text, json: { command, moved: false, from: inForce.stage, to: null, why } };
}

type Unclear = { why: 'flag-unread' | 'flag-in-doubt' | 'flag-later'; text: string; next: string };

function unclearOf(said: FlagState, inForce: Entry): Unclear | null {
  if (said.kind === 'doubt') {
    const next =
      said.doubt === 'flag-off'
        ? 'switch the flag on in Unleash, or leave it to the controller: it takes that for a stop'
        : '`rollout init` shows what differs, and repairs what is ours';
    return { why: 'flag-in-doubt', text: `the flag in Unleash was changed by hand (${said.doubt})`, next };
  }
  if (Date.parse(said.since) <= Date.parse(inForce.since)) return null;
  return {
    why: 'flag-later',
    text: `the flag in Unleash says ${said.stage} since ${said.since}, which the database does not know yet`,
    next: `wait for the controller to take it over, or \`rollout set ${inForce.stage}\` to overrule it`,
  };
}

function unreadable(error: unknown): Unclear {
  const why = error instanceof Error ? error.message : String(error);
  const next = error instanceof Fault ? error.next : 'try again when Unleash answers';
  return { why: 'flag-unread', text: `the flag was not read, and may know of a stop: ${why}`, next };
}

/** Order of the stages; a stage that the plan does not know is below all. */
function placeOf({ stages }: Plan, stage: string): number {
  return stages.findIndex((s) => s.stage === stage);
}

/** Every customer off the new core, held. Either road is enough: gateways obey the database, and Unleash. */
export async function stop(tools: Tools, asked: Asked): Promise<Outcome> {
  const { plan } = tools;
  const to = stageOf(plan, plan.fallbackStage);
  const decided = decidedOn(plan, { action: 'stop', ...reasoned(asked, 'stopped by hand') });
  try {
    return await enter(tools, { command: 'stop', to, decided, from: null, held: true });
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error;
    const said = await tools.flag.read();
    const [now, from] = [
      new Date(),
      said.kind === 'staged' ? { stage: said.stage, since: said.since } : null,
    ];
    const since = from === null ? now.toISOString() : instantAfter(from, now);
    const entry: Entry = { stage: to.stage, since };
    await tools.flag.push({ ...entry, held: true });
    const { action, by, because } = decided;
    tools.announce({ kind: 'moved', action, by, because, from, to: entry, link: null });
    const text = `stopped and held through Unleash alone: ${error.message}\nthe controller records it when the database is back`;
    return { exit: EXIT.done, text, json: { command: 'stop', moved: true, to: to.stage, since, held: true } };
  }
}

/** The fallback stage again, as a new entry that nobody holds. */
export async function resume(tools: Tools, asked: Asked): Promise<Outcome> {
  const { inForce } = await begun(tools);
  if (!inForce.held) {
    const text = `${inForce.stage} is not held`;
    return {
      exit: EXIT.badInput,
      text,
      json: { command: 'resume', moved: false, from: inForce.stage, to: null },
    };
  }
  const decided = decidedOn(tools.plan, { action: 'resume', ...reasoned(asked, 'by hand') });
  return enter(tools, { command: 'resume', to: stageOf(tools.plan, inForce.stage), decided, from: inForce });
}

/** One person's word that the stage in force may be left forwards, kept with what the evidence said to them. */
export async function approve(tools: Tools, asked: Asked): Promise<Outcome> {
  const { plan, store } = tools;
  const snapshot = await begun(tools);
  const { inForce } = snapshot;
  const stage = stageOf(plan, inForce.stage);
  const refused = refusalOf(tools, asked.by, stage);
  const json = { command: 'approve', stage: inForce.stage, since: inForce.since, by: asked.by };
  if (refused !== null)
    return { exit: EXIT.fail, text: refused, json: { ...json, approved: false, why: refused } };
  const judged = await judgeNow(tools, stage, inForce);
  const decided = decidedOn(plan, { action: 'approve', ...reasoned(asked, '') }, judged);
  const link = await store.approve(inForce, plan.hash, decided);
  const have = approversOf(snapshot, plan.hash).length + (link === null ? 0 : 1);
  const text = `${link === null ? 'approved already' : 'approved'}: ${have} of ${stage.approvals} to leave ${inForce.stage}`;
  return { exit: EXIT.done, text, json: { ...json, approved: true, have, need: stage.approvals } };
}

/** Whose approval does not count. */
function refusalOf({ plan }: Tools, by: string, stage: PlannedStage): string | null {
  const same = (name: string) => name.trim().toLowerCase() === by.toLowerCase();
  if (stage.approvals === 0) return `${stage.stage} needs no approval`;
  if (same(plan.author)) return `${by} is the author of the plan: a second person has to approve`;
  if (plan.approvers !== undefined && !plan.approvers.some(same))
    return `${by} is not among the plan's approvers`;
  return null;
}

type Enter = {
  command: Action;
  to: PlannedStage;
  decided: Decided;
  from: Entry | null;
  ifStill?: Entry;
  held?: boolean;
};

/** The database first, because gateways obey it; then Unleash, which may come later by the controller. */
async function enter(tools: Tools, { command, to, from, ...move }: Enter): Promise<Outcome> {
  const moved = await tools.store.move({ to, ...move });
  if (moved.kind === 'overtaken') {
    const now = moved.now?.stage ?? 'nothing';
    const text = `stays in ${now}: somebody, or the step back, was faster`;
    const json = { command, moved: false, from: now, to: null, judgement: judgementOf([], []) };
    return { exit: EXIT.notYet, text, json };
  }
  const { entry, link } = moved;
  const { by, because, judgement = null } = move.decided;
  tools.announce({ kind: 'moved', action: command, by, because, from, to: entry, link });
  const unleash = await tools.flag.push({ ...entry, held: move.held ?? false }).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const later = unleash === null ? '' : `\nUnleash was not reached (${unleash}): the controller will tell it`;
  return {
    exit: EXIT.done,
    text: `${from?.stage ?? 'now'} -> ${to.stage}, record ${link.seq} ${link.hash.slice(0, 12)}${later}`,
    json: {
      command,
      moved: true,
      from: from?.stage ?? null,
      to: to.stage,
      since: entry.since,
      judgement,
      record: link,
      unleash,
    },
  };
}

function reasoned({ by, because }: Asked, usual: string): Asked {
  return { by, because: because === '' ? usual : because };
}
