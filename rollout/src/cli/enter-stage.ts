import { EXIT } from '@core-exit/process/exit-codes';
import { Fault } from '@core-exit/process/faults';
import type { FlagState } from '../flag/flag-shape.ts';
import { judgementOf } from '../gate/judgement.ts';
import type { PlannedStage } from '../plan/plan.ts';
import type { Stay } from '../plan/stay.ts';
import type { Action, DecisionDraft } from '../store/store.ts';
import type { Outcome } from './outcome.ts';
import type { Tools } from './tools.ts';

type Step = {
  command: Action;
  to: PlannedStage;
  draft: DecisionDraft;
  from: Stay | null;
  ifStill?: Stay;
  held?: boolean;
};

/**
 * Enters a stage. The database is written first, because gateways read it. If Unleash does not answer, the controller
 * updates it later.
 */
export async function enterStage(tools: Tools, { command, to, from, ...move }: Step): Promise<Outcome> {
  const result = await tools.store.move({ to, ...move });
  if (result.kind === 'overtaken') {
    const now = result.now?.stage ?? 'not started';
    const text = `stays in ${now}: another command or the controller moved the ramp first`;
    const json = { command, moved: false, from: now, to: null, judgement: judgementOf([], []) };
    return { exit: EXIT.incomplete, text, json };
  }
  const { stay, link } = result;
  const { by, because, judgement = null } = move.draft;
  tools.notify({ kind: 'moved', action: command, by, because, from, to: stay, link });
  const unleash = await tools.flag.push({ ...stay, held: move.held ?? false }).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const later =
    unleash === null ? '' : `\nUnleash did not answer (${unleash}): the controller updates it later`;
  return {
    exit: EXIT.done,
    text: `${from?.stage ?? 'now'} -> ${to.stage}, record ${link.seq} ${link.hash.slice(0, 12)}${later}`,
    json: {
      command,
      moved: true,
      from: from?.stage ?? null,
      to: to.stage,
      since: stay.since,
      judgement,
      record: link,
      unleash,
    },
  };
}

/**
 * Refuses a higher stage while the flag in Unleash is not clear: it cannot be read, a person changed it, or it has a later
 * stay than the database, e.g. a stop that was made while the database was down. The new stage would overwrite that. A
 * flag that is older than the database is no reason to refuse. Returns null if the flag is clear.
 */
export async function refuseUnclearFlag(
  { flag }: Tools,
  command: Action,
  current: Stay,
): Promise<Outcome | null> {
  const unclear = await flag.read().then((state) => unclearIn(state, current), unreadable);
  if (unclear === null) return null;
  const { why, next } = unclear;
  const text = `stays in ${current.stage}: ${unclear.text}\nnext: ${next}`;
  return { exit: EXIT.incomplete, text, json: { command, moved: false, from: current.stage, to: null, why } };
}

type Unclear = { why: 'flag-unread' | 'flag-in-doubt' | 'flag-later'; text: string; next: string };

function unclearIn(state: FlagState, current: Stay): Unclear | null {
  if (state.kind === 'doubt') {
    const next =
      state.doubt === 'flag-off'
        ? 'switch the flag on in Unleash; if it stays off, the controller stops the ramp'
        : 'run `rollout init`, which shows and repairs the differences';
    return { why: 'flag-in-doubt', text: `a person changed the flag in Unleash (${state.doubt})`, next };
  }
  if (Date.parse(state.since) <= Date.parse(current.since)) return null;
  return {
    why: 'flag-later',
    text: `the flag in Unleash has ${state.stage} since ${state.since}, which the database does not have yet`,
    next: `wait until the controller has written it to the database, or overrule it: \`rollout set ${current.stage}\``,
  };
}

function unreadable(error: unknown): Unclear {
  const why = error instanceof Error ? error.message : String(error);
  const next = error instanceof Fault ? error.next : 'run the command again when Unleash answers';
  return { why: 'flag-unread', text: `the flag could not be read, and may have a stop: ${why}`, next };
}
