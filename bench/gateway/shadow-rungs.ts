import { experimentCounts, gatewayCounts, type ShadowCounts, upstreamCounts } from './counts.ts';
import type { Saturated } from './load.ts';
import { isInstalled, type Part, type Parts } from './processes.ts';

/** One way to have a shadow, or the same server without one. */
export type ShadowRung = {
  name: string;
  url: string;
  /** The same server without a shadow; null: this is one. */
  without: string | null;
  /** What it says of itself; null: nobody can ask it. */
  counts: (() => Promise<ShadowCounts>) | null;
  /** Shadow calls under way. */
  pending: () => Promise<number>;
};

/** One rung in one round; `counts` null: nobody counts what its shadow did. */
export type Sample = { load: Saturated; counts: ShadowCounts | null };

const WITH = '/shadowed/1';
const WITHOUT = '/passed/1';
const LIBRARIES = { scientist: 'scientist', tzientist: 'tzientist', LaunchDarkly: 'launchdarkly' };
const PLAIN = 'same server, no library';

/** All of them against one old service and one new one, which answers in the given way. A missing nginx is left out. */
export async function shadowRungs(parts: Parts, way: string): Promise<ShadowRung[]> {
  const legacy = await parts.node('upstream-main.ts', 'fast');
  const fresh = await parts.node('upstream-main.ts', way);
  const atFresh = async () => (await upstreamCounts(fresh.url)).underWay;
  return [
    ...(isInstalled('nginx') ? await nginxRungs(parts, legacy, fresh, atFresh) : []),
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

/** Two processes: what the shadows of one hold must not be in the way of the other. */
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
