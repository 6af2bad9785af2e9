import { createController } from '../src/controller/controller.ts';
import type { Notice } from '../src/controller/notices.ts';
import type { FlagState } from '../src/flag/flag-shape.ts';
import type { Evidence, VerdictCounts } from '../src/gate/evidence.ts';
import { stageOf } from '../src/plan/plan.ts';
import type { Stay } from '../src/plan/stay.ts';
import { evidenceOf } from './evidence.ts';
import { memoryStore } from './memory-store.ts';
import { planOf } from './plan.ts';
import { draftOf } from './store-contract.ts';

export const NO_MEMBERS = { groupId: 'p', members: new Set<string>() };

/** A ramp with its controller, on a flag, a store and an evidence source in memory. */
export async function rampInMemory(stage: string, change: object = {}) {
  const plan = planOf(change);
  const store = memoryStore();
  const counts = new Map<string, Partial<VerdictCounts>>();
  const notices: Notice[] = [];
  let now = Date.parse('2026-01-02T03:00:00Z');
  let flagState: FlagState = { kind: 'doubt', doubt: 'no-stage' };
  let isUnleashUp = true;
  let isEvidenceUp = true;
  const pushed: string[] = [];
  const flag = {
    read: async () => {
      if (!isUnleashUp) throw new Error('Unleash is down');
      return flagState;
    },
    push: async ({ held = false, ...stay }: Stay & { held?: boolean }) => {
      if (!isUnleashUp) throw new Error('Unleash is down');
      const { percent, shadow, primary } = stageOf(plan, stay.stage);
      flagState = { kind: 'staged', ...stay, percent, shadow, primary, held, ...NO_MEMBERS };
      pushed.push(stay.stage);
    },
  };
  const evidence = async ({ stage: of, since }: Stay): Promise<Evidence | { unreachable: string }> =>
    isEvidenceUp
      ? evidenceOf(counts.get(since) ?? {}, { stage: of, from: since, to: '2031-01-01T00:00:00Z' })
      : { unreachable: 'refused' };
  const tools = {
    plan,
    store,
    flag,
    evidence,
    notify: (notice: Notice) => notices.push(notice),
    now: () => new Date(now),
    holder: 'one',
  };
  const set = async (to: string, held = false): Promise<Stay> => {
    const result = await store.move({ to: stageOf(plan, to), held, draft: draftOf('set') });
    if (result.kind !== 'moved') throw new Error('not moved');
    await flag.push(result.stay);
    pushed.length = 0;
    return result.stay;
  };
  const stay = await set(stage);
  return {
    tools,
    plan,
    store,
    notices,
    pushed,
    stay,
    advanceClock: (ms: number) => {
      now += ms;
      store.advanceClock(ms);
    },
    set,
    controller: createController(tools),
    setCounts: (of: Stay, what: Partial<VerdictCounts>) => counts.set(of.since, what),
    stage: async () => (await store.read()).current?.stage,
    setUnleashUp: (isUp: boolean) => void (isUnleashUp = isUp),
    setEvidenceUp: (isUp: boolean) => void (isEvidenceUp = isUp),
    changeFlag: (state: FlagState) => void (flagState = state),
    flagState: () => flagState,
  };
}
