import { createServer } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import { createMigration, init, LDMigrationStage, LDMigrationSuccess } from '@launchdarkly/node-server-sdk';
import { TestData } from '@launchdarkly/node-server-sdk/integrations';
import Scientist from 'scientist';
import { experimentAsync } from 'tzientist';
import { Agent } from 'undici';
import { COUNTS_PATH, type ShadowCounts } from './counts.ts';

/**
 * What a team builds with a library instead of a gateway: a Node server that calls the old service, and calls the new service
 * through the library, as its documentation shows for asynchronous work. No library has a deadline for the new service, so
 * the call has the deadline of the gateway; otherwise tzientist and LaunchDarkly would wait for a hanging service for ever.
 */
const [port = '0', kind = 'plain', legacyUrl = '', newUrl = ''] = process.argv.slice(2);

const SHADOW_DEADLINE_MS = 3_000;
const counts: ShadowCounts = {
  requests: 0,
  compared: 0,
  differing: 0,
  failed: 0,
  dropped: 0,
  passed: 0,
  pending: 0,
};

const agent = new Agent({ connections: 128 });
async function call(origin: string, path: string, signal: AbortSignal | null): Promise<unknown> {
  const { body } = await agent.request({ origin, path, method: 'GET', signal });
  return body.json();
}
const legacy = (path: string) => call(legacyUrl, path, null);
/** Counted here, because LaunchDarkly reports a failed call only in its events, which are not sent. */
const fresh = async (path: string): Promise<unknown> => {
  counts.pending += 1;
  try {
    return await call(newUrl, path, AbortSignal.timeout(SHADOW_DEADLINE_MS));
  } catch (error) {
    counts.failed += 1;
    throw error;
  } finally {
    counts.pending -= 1;
  }
};
const compared = (isEqual: boolean): boolean => {
  counts.compared += 1;
  if (!isEqual) counts.differing += 1;
  return isEqual;
};

type Answerer = (path: string) => Promise<unknown>;

const KINDS: Record<string, () => Promise<Answerer>> = {
  plain: async () => legacy,
  tzientist: async () =>
    experimentAsync({
      name: 'bench',
      control: legacy,
      candidate: fresh,
      options: {
        publish({ controlResult, candidateResult, candidateError }) {
          if (candidateError === undefined) compared(isDeepStrictEqual(controlResult, candidateResult));
        },
      },
    }),
  scientist: async () => {
    const scientist = new Scientist();
    scientist.on('result', ({ mismatched, candidates }) => {
      if (candidates.every((candidate) => candidate.didReturn())) compared(mismatched.length === 0);
    });
    return (path) =>
      scientist.science('bench', (experiment) => {
        experiment.async(true);
        experiment.use(() => legacy(path));
        experiment.try(() => fresh(path));
      });
  },
  launchdarkly: async () => {
    const data = new TestData();
    await data.update(data.flag('bench').valueForAll(LDMigrationStage.Shadow));
    const client = init('sdk-key', {
      updateProcessor: data.getFactory(),
      sendEvents: false,
    });
    await client.waitForInitialization({ timeout: 5 });
    const migration = createMigration<unknown, unknown, string>(client, {
      readOld: async (path = '') => LDMigrationSuccess(await legacy(path)),
      readNew: async (path = '') => LDMigrationSuccess(await fresh(path)),
      writeOld: async () => LDMigrationSuccess(null),
      writeNew: async () => LDMigrationSuccess(null),
      check: (a, b) => compared(isDeepStrictEqual(a, b)),
      latencyTracking: true,
      errorTracking: true,
    });
    const context = { kind: 'user', key: 'bench' };
    return async (path) => {
      const result = await migration.read('bench', context, LDMigrationStage.Shadow, path);
      if (!result.success) throw new Error('the old service failed');
      return result.result;
    };
  },
};

const answerer = KINDS[kind];
if (answerer === undefined) throw new Error(`${kind}: none of ${Object.keys(KINDS).join(', ')}`);
const answer = await answerer();
createServer((request, response) => {
  if (request.url === COUNTS_PATH) return response.end(JSON.stringify(counts));
  counts.requests += 1;
  if (kind === 'plain') counts.passed += 1;
  answer(request.url ?? '/').then(
    (value) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value)),
    () => response.writeHead(502).end(),
  );
}).listen(Number(port), '127.0.0.1');
