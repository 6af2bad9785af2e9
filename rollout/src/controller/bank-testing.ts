import type { Entry } from '../flag-control.ts';
import type { FlagState } from '../flag-shape.ts';
import type { Evidence, VerdictCounts } from '../gate/evidence.ts';
import { evidenceOf } from '../gate/testing.ts';
import { stageOf } from '../plan.ts';
import { planOf } from '../plan-testing.ts';
import { memoryStore } from '../store/memory-store.ts';
import { decided } from '../store/store-contract.ts';
import type { News } from './announce.ts';
import { createController } from './controller.ts';

export const NOBODY = { groupId: 'p', members: new Set<string>() };

/** A bank in memory: a flag, a database, and evidence per entry. */
export async function bankInMemory(stage: string, change: object = {}) {
  const plan = planOf(change);
  const store = memoryStore();
  const counts = new Map<string, Partial<VerdictCounts>>();
  const news: News[] = [];
  let now = Date.parse('2026-01-02T03:00:00Z');
  let said: FlagState = { kind: 'doubt', doubt: 'no-stage' };
  let isUnleashUp = true;
  let isEvidenceUp = true;
  const pushed: string[] = [];
  const flag = {
    read: async () => {
      if (!isUnleashUp) throw new Error('Unleash is away');
      return said;
    },
    push: async ({ held = false, ...entry }: Entry & { held?: boolean }) => {
      if (!isUnleashUp) throw new Error('Unleash is away');
      const { percent, shadow, primary } = stageOf(plan, entry.stage);
      said = { kind: 'staged', ...entry, percent, shadow, primary, held, ...NOBODY };
      pushed.push(entry.stage);
    },
  };
  const evidence = async ({ stage: of, since }: Entry): Promise<Evidence | { unreachable: string }> =>
    isEvidenceUp
      ? evidenceOf(counts.get(since) ?? {}, { stage: of, from: since, to: '2031-01-01T00:00:00Z' })
      : { unreachable: 'refused' };
  const tools = {
    plan,
    store,
    flag,
    evidence,
    announce: (item: News) => news.push(item),
    now: () => new Date(now),
    holder: 'one',
  };
  const set = async (to: string, held = false): Promise<Entry> => {
    const moved = await store.move({ to: stageOf(plan, to), held, decided: decided('set') });
    if (moved.kind !== 'moved') throw new Error('not moved');
    await flag.push(moved.entry);
    pushed.length = 0;
    return moved.entry;
  };
  const entry = await set(stage);
  return {
    tools,
    plan,
    store,
    news,
    pushed,
    entry,
    pass: (ms: number) => {
      now += ms;
      store.pass(ms);
    },
    set,
    controller: createController(tools),
    saw: (of: Entry, what: Partial<VerdictCounts>) => counts.set(of.since, what),
    stage: async () => (await store.look()).inForce?.stage,
    unleash: (isUp: boolean) => void (isUnleashUp = isUp),
    evidence: (isUp: boolean) => void (isEvidenceUp = isUp),
    turnByHand: (state: FlagState) => void (said = state),
    flagSays: () => said,
  };
}
