import type { Entry } from '../flag-control.ts';
import type { FlagState } from '../flag-shape.ts';
import { stageOf } from '../plan.ts';
import { decidedOn } from './record.ts';
import type { ControllerTools } from './tools.ts';

/**
 * Makes Unleash say what the database says is in force. The flag is read before the database, and written after it by
 * everybody, so a flag that is newer than the database was moved by another road: by a controller that had lost its
 * database, or by a person's stop at that time (always down: taken over, held if it is held there), or by hand. By hand is a stop: the person at the console wants something that no
 * plan says, and only a person may let the ramp go on.
 */
export async function syncFlag(tools: ControllerTools): Promise<void> {
  const { plan, store, flag } = tools;
  const said = await flag.read();
  const { inForce } = await store.look();
  if (inForce === null) return;
  // Switched off where nobody is served by the new core anyway: it may stay so.
  const what = differenceOf(said, inForce, inForce.held && stageOf(plan, inForce.stage).primary === 'legacy');
  switch (what.kind) {
    case 'same':
      return;
    case 'behind':
      return flag.push(inForce);
    case 'by-hand':
      return stopFor(tools, inForce, what.because);
    case 'moved-down': {
      const { entry, held } = what;
      if (!plan.stages.some(({ stage }) => stage === entry.stage)) {
        return stopFor(tools, inForce, `the flag was moved to ${entry.stage}, which the plan does not know`);
      }
      const because = `${held ? 'stopped' : 'stepped back'} through Unleash while the database was away`;
      const decided = decidedOn(plan, { action: 'drift', by: 'Unleash', because });
      const to = stageOf(plan, entry.stage);
      const { since } = entry;
      await store.move({ to, since, held: held || inForce.held, decided, ifStill: inForce });
    }
  }
}

type Difference =
  | { kind: 'same' | 'behind' }
  | { kind: 'by-hand'; because: string }
  | { kind: 'moved-down'; entry: Entry; held: boolean };

function differenceOf(said: FlagState, inForce: Entry, isStopped: boolean): Difference {
  if (said.kind === 'doubt') {
    if (!isStopped) return { kind: 'by-hand', because: `the flag was turned by hand (${said.doubt})` };
    return { kind: said.doubt === 'percent-differs' ? 'behind' : 'same' }; // switched off: it stays off
  }
  if (said.since === inForce.since && said.stage === inForce.stage) return { kind: 'same' };
  if (Date.parse(said.since) <= Date.parse(inForce.since)) return { kind: 'behind' };
  if (said.primary === 'legacy') {
    const { stage, since, held = false } = said;
    return { kind: 'moved-down', entry: { stage, since }, held };
  }
  return { kind: 'by-hand', because: `the flag was moved to ${said.stage} by hand` };
}

/** The fallback stage, held until a person resumes. */
async function stopFor(
  { plan, store, announce }: ControllerTools,
  from: Entry,
  because: string,
): Promise<void> {
  const decided = decidedOn(plan, { action: 'drift', by: 'Unleash', because });
  const to = stageOf(plan, plan.fallbackStage);
  const moved = await store.move({ to, held: true, decided, ifStill: from });
  if (moved.kind === 'overtaken') return;
  announce({
    kind: 'moved',
    action: 'drift',
    by: 'Unleash',
    because,
    from,
    to: moved.entry,
    link: moved.link,
  });
}
