import { UnleashFault } from '../faults.ts';
import type { Plan } from '../plan/plan.ts';
import type { StrategyShape } from './flag-shape.ts';
import { unleashApi } from './unleash-url.ts';

/** Deadline of one call; 10 to 25 ms were measured against a local server. */
const ADMIN_TIMEOUT_MS = 3_000;

export type StoredStrategy = StrategyShape & {
  id: string;
  title?: string | null;
  disabled?: boolean;
  segments?: readonly number[];
};
export type StoredFlag = { enabled: boolean; strategies: StoredStrategy[] };
export type StoredSegment = { id: number; name: string; constraints: readonly Constraint[] };
export type Constraint = { contextName: string; operator: string; values?: readonly string[] };

/** The calls of the admin API of Unleash that a ramp needs, each with a deadline. They throw {@link UnleashFault}. */
export type UnleashAdmin = {
  /** The flag in the environment of the plan; null if Unleash has no flag with this name. */
  readFlag(): Promise<StoredFlag | null>;
  /** Creates the flag. Does nothing if the flag exists. */
  createFlag(description: string): Promise<void>;
  addStrategy(strategy: object): Promise<void>;
  putStrategy(id: string, strategy: object): Promise<void>;
  enable(): Promise<void>;
  readSegments(): Promise<StoredSegment[]>;
  /** Returns the id of the new segment. */
  addSegment(segment: { name: string; constraints: Constraint[] }): Promise<number>;
  putSegment(id: number, segment: { name: string; constraints: Constraint[] }): Promise<void>;
};

export function unleashAdmin(address: string, token: string, flag: Plan['flag']): UnleashAdmin {
  const admin = `${unleashApi(address)}/admin`;
  const features = `${admin}/projects/${encodeURIComponent(flag.project)}/features`;
  const feature = `${features}/${encodeURIComponent(flag.name)}`;
  const environment = `${feature}/environments/${encodeURIComponent(flag.environment)}`;
  const call = caller(token);
  return {
    async readFlag() {
      const answer = await call('GET', feature, undefined, [404]);
      if (answer.status === 404) return null;
      const { environments = [] } = (await answer.json()) as { environments?: StoredEnvironment[] };
      const own = environments.find((e) => e.name === flag.environment);
      if (own === undefined) {
        throw new UnleashFault(
          'read the flag',
          `project ${flag.project} has no environment ${flag.environment}`,
        );
      }
      return { enabled: own.enabled, strategies: own.strategies };
    },
    createFlag: async (description) => {
      await call('POST', features, { name: flag.name, type: 'release', description }, [409]);
    },
    addStrategy: async (strategy) => {
      await call('POST', `${environment}/strategies`, strategy);
    },
    putStrategy: async (id, strategy) => {
      await call('PUT', `${environment}/strategies/${encodeURIComponent(id)}`, strategy);
    },
    enable: async () => {
      await call('POST', `${environment}/on`);
    },
    async readSegments() {
      const answer = await call('GET', `${admin}/segments`);
      return ((await answer.json()) as { segments: StoredSegment[] }).segments;
    },
    addSegment: async (segment) => {
      const answer = await call('POST', `${admin}/segments`, segment);
      return ((await answer.json()) as StoredSegment).id;
    },
    putSegment: async (id, segment) => {
      await call('PUT', `${admin}/segments/${id}`, segment);
    },
  };
}

type StoredEnvironment = StoredFlag & { name: string };

/** Throws {@link UnleashFault} without an answer, and for a status that is neither a success nor one of `accepted`. */
function caller(token: string) {
  return async (method: string, url: string, body?: object, accepted: number[] = []): Promise<Response> => {
    const answer = await fetch(url, {
      method,
      headers: { authorization: token, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ADMIN_TIMEOUT_MS),
    }).catch((error: unknown) => {
      const detail =
        error instanceof Error ? ((error.cause as Error | undefined) ?? error).message : String(error);
      throw new UnleashFault(`${method} ${url}`, detail, error);
    });
    if (!answer.ok && !accepted.includes(answer.status)) {
      throw new UnleashFault(`${method} ${url}`, `${answer.status} ${(await answer.text()).slice(0, 500)}`);
    }
    return answer;
  };
}
