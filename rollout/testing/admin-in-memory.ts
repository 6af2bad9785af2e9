import type {
  Constraint,
  StoredFlag,
  StoredSegment,
  StoredStrategy,
  UnleashAdmin,
} from '../src/flag/unleash-admin.ts';

/** The admin API of Unleash in memory. `states` has every state that a gateway could have fetched. */
export function adminInMemory(flag: StoredFlag | null = null) {
  const states: StoredFlag[] = [];
  const segments: StoredSegment[] = [];
  const seen = () => states.push(structuredClone(flag as StoredFlag));
  const admin: UnleashAdmin = {
    readFlag: async () => structuredClone(flag),
    createFlag: async () => {
      flag ??= { enabled: false, strategies: [] };
    },
    addStrategy: async (strategy) => {
      flag?.strategies.push({ ...(strategy as StoredStrategy), id: String(flag.strategies.length) });
      seen();
    },
    putStrategy: async (id, strategy) => {
      if (flag) {
        flag.strategies = flag.strategies.map((s) =>
          s.id === id ? { ...(strategy as StoredStrategy), id } : s,
        );
      }
      seen();
    },
    enable: async () => {
      if (flag) flag.enabled = true;
      seen();
    },
    readSegments: async () => structuredClone(segments),
    addSegment: async (segment: { name: string; constraints: Constraint[] }) => {
      segments.push({ id: segments.length + 1, ...segment });
      return segments.length;
    },
    putSegment: async (id, segment) => {
      segments.splice(id - 1, 1, { id, ...segment });
    },
  };
  return { admin, states, segments, flag: () => flag };
}
