import { createServer } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import { createMigration, init, LDMigrationStage, LDMigrationSuccess } from '@launchdarkly/node-server-sdk';
import { TestData } from '@launchdarkly/node-server-sdk/integrations';
import Scientist from 'scientist';
import { experimentAsync } from 'tzientist';
import { Agent } from 'undici';

/**
 * What a team builds from a library when it has no gateway: a Node server that asks the old service, and the new one
 * through the library, in the way its documents show for asynchronous work.
 */
const [port = '0', kind = 'tzientist', legacyUrl = '', newUrl = ''] = process.argv.slice(2);

const agent = new Agent({ connections: 128 });
async function ask(base: string, path: string): Promise<unknown> {
  const { body } = await agent.request({ origin: base, path, method: 'GET' });
  return body.json();
}
const legacy = (path: string) => ask(legacyUrl, path);
const fresh = (path: string) => ask(newUrl, path);

const KINDS: Record<string, () => Promise<(path: string) => Promise<unknown>>> = {
  tzientist: async () =>
    experimentAsync({
      name: 'bench',
      control: legacy,
      candidate: fresh,
      options: {
        publish: ({ controlResult, candidateResult }) =>
          void isDeepStrictEqual(controlResult, candidateResult),
      },
    }),
  scientist: async () => (path) =>
    new Scientist().science('bench', (experiment) => {
      experiment.async(true);
      experiment.use(() => legacy(path));
      experiment.try(() => fresh(path));
    }),
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
      check: isDeepStrictEqual,
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
  answer(request.url ?? '/').then(
    (value) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value)),
    () => response.writeHead(502).end(),
  );
}).listen(Number(port), '127.0.0.1');
