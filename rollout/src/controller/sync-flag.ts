import type { FlagState } from '../flag/flag-shape.ts';
import { stageOf } from '../plan/plan.ts';
import type { Stay } from '../plan/stay.ts';
import { decisionDraft } from './decision-draft.ts';
import type { ControllerTools } from './tools.ts';

/**
 * Writes the current stay of the database to Unleash. Every writer writes the database first, and here the flag is read
 * before the database. So a flag that is newer than the database has one of two origins:
 *
 * - While the database was down, a controller stepped back or a person stopped the ramp through Unleash. Such a flag moves
 *   no money. Its stay is written to the database, and held if the flag is held.
 * - A person changed the flag in the console of Unleash. The result is a stop, because that person wants something that
 *   the plan does not have, and only a person may let the ramp continue.
 */
export async function syncFlag(tools: ControllerTools): Promise<void> {
  const { plan, store, flag } = tools;
  const state = await flag.read();
  const { current } = await store.read();
  if (current === null) return;
  // A flag that is switched off may stay off if the ramp is held and no customer is on the new core.
  const mayBeOff = current.held && stageOf(plan, current.stage).primary === 'legacy';
  const difference = differenceOf(state, current, mayBeOff);
  switch (difference.kind) {
    case 'same':
      return;
    case 'behind':
      return flag.push(current);
    case 'by-hand':
      return stopFor(tools, current, difference.because);
    case 'moved-down': {
      const { stay, held } = difference;
      if (!plan.stages.some(({ stage }) => stage === stay.stage)) {
        return stopFor(tools, current, `the flag has stage ${stay.stage}, which the plan does not have`);
      }
      const because = `${held ? 'stopped' : 'stepped back'} through Unleash while the database was down`;
      const draft = decisionDraft(plan, { action: 'drift', by: 'Unleash', because });
      const to = stageOf(plan, stay.stage);
      const { since } = stay;
      await store.move({ to, since, held: held || current.held, draft, ifStill: current });
    }
  }
}

type Difference =
  | { kind: 'same' | 'behind' }
  | { kind: 'by-hand'; because: string }
  | { kind: 'moved-down'; stay: Stay; held: boolean };

function differenceOf(state: FlagState, current: Stay, mayBeOff: boolean): Difference {
  if (state.kind === 'doubt') {
    if (!mayBeOff)
      return { kind: 'by-hand', because: `a person changed the flag in Unleash (${state.doubt})` };
    return { kind: state.doubt === 'percent-differs' ? 'behind' : 'same' };
  }
  if (state.since === current.since && state.stage === current.stage) return { kind: 'same' };
  if (Date.parse(state.since) <= Date.parse(current.since)) return { kind: 'behind' };
  if (state.primary === 'legacy') {
    const { stage, since, held = false } = state;
    return { kind: 'moved-down', stay: { stage, since }, held };
  }
  return { kind: 'by-hand', because: `a person moved the flag to ${state.stage} in Unleash` };
}

/** Enters the fallback stage, held until a person resumes the ramp. */
async function stopFor({ plan, store, notify }: ControllerTools, from: Stay, because: string): Promise<void> {
  const draft = decisionDraft(plan, { action: 'drift', by: 'Unleash', because });
  const to = stageOf(plan, plan.fallbackStage);
  const result = await store.move({ to, held: true, draft, ifStill: from });
  if (result.kind === 'overtaken') return;
  const { stay, link } = result;
  notify({ kind: 'moved', action: 'drift', by: 'Unleash', because, from, to: stay, link });
}
