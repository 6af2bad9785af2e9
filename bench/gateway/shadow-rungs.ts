import { experimentCounts, gatewayCounts, type ShadowCounts, upstreamCounts } from './counts.ts';
import type { Saturated } from './load.ts';
import { type Part, type Parts } from './processes.ts';

/** A server that sends requests to a shadow, or the same server without a shadow. */
export type ShadowRung = {
  name: string;
  url: string;
  /** Name of the same server without a shadow; null: this server has no shadow. */
  without: string | null;
  /** Its own counts; null: it has no counts. */
  counts: (() => Promise<ShadowCounts>) | null;
  /** Shadow calls without an answer yet. */
  pending: () => Promise<number>;
};

/** One rung in one round; `counts` null: the rung does not count its shadow calls. */
export type Sample = { load: Saturated; counts: ShadowCounts | null };

const WITH = '/shadowed/1';
const WITHOUT = '/passed/1';
const LIBRARIES = { scientist: 'scientist', tzientist: 'tzientist', LaunchDarkly: 'launchdarkly' };
const PLAIN = 'same server, no library';

/** All rungs, before one old service and one new service with the given behaviour. */
export async function shadowRungs(parts: Parts, behaviour: string): Promise<ShadowRung[]> {
  const legacy = await parts.node('upstream-main.ts', 'fast');
  const fresh = await parts.node('upstream-main.ts', behaviour);
  const atFresh = async () => (await upstreamCounts(fresh.url)).pending;
  return [
    ...(await nginxRungs(parts, legacy, fresh, atFresh)),
    ...(await gatewayRungs(parts, legacy, fresh, atFresh)),
    ...(await libraryRungs(parts, legacy, fresh, atFresh)),
  ];
}

type Pending = () => Promise<number>;

async function nginxRungs(parts: Parts, legacy: Part, fresh: Part, pending: Pending): Promise<ShadowRung[]> {
  const [plain, mirror] = [await parts.nginx(legacy.port, null), await parts.nginx(legacy.port, fresh.port)];
  return [
    { name: 'nginx, no mirror', url: plain.url + WITHOUT, without: null, counts: null, pending },
    { name: 'nginx mirror', url: mirror.url + WITH, without: 'nginx, no mirror', counts: null, pending },
  ];
}

/** Two processes, so that the shadow calls of one do not take resources of the other. */
async function gatewayRungs(
  parts: Parts,
  legacy: Part,
  fresh: Part,
  atFresh: Pending,
): Promise<ShadowRung[]> {
  const [plain, gateway] = [
    await parts.gateway(legacy.url, fresh.url),
    await parts.gateway(legacy.url, fresh.url),
  ];
  const counts = (adminUrl: string) => () => gatewayCounts(adminUrl);
  const pending = (adminUrl: string) => async () =>
    (await gatewayCounts(adminUrl)).pending + (await atFresh());
  return [
    {
      name: 'this gateway, no shadow',
      url: plain.url + WITHOUT,
      without: null,
      counts: counts(plain.adminUrl),
      pending: pending(plain.adminUrl),
    },
    {
      name: 'this gateway',
      url: gateway.url + WITH,
      without: 'this gateway, no shadow',
      counts: counts(gateway.adminUrl),
      pending: pending(gateway.adminUrl),
    },
  ];
}

async function libraryRungs(
  parts: Parts,
  legacy: Part,
  fresh: Part,
  atFresh: Pending,
): Promise<ShadowRung[]> {
  const rung = async (name: string, kind: string, without: string | null): Promise<ShadowRung> => {
    const { url } = await parts.node('experiment-main.ts', kind, legacy.url, fresh.url);
    const counts = () => experimentCounts(url);
    return {
      name,
      url: url + WITH,
      without,
      counts,
      pending: async () => (await counts()).pending + (await atFresh()),
    };
  };
  const rungs = [await rung(PLAIN, 'plain', null)];
  for (const [name, kind] of Object.entries(LIBRARIES)) rungs.push(await rung(name, kind, PLAIN));
  return rungs;
}
