import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { freePort } from '../processes/ports.ts';
import { externalPart, LOOPBACK, type Part, type PartContext } from './part.ts';
import { databaseUrl, query } from './postgres.ts';

export type UnleashPart = Part & { readonly adminToken: string; readonly clientToken: string };

export type UnleashOptions = {
  external?: { url: string; adminToken: string; clientToken: string } | null;
  /** The address of a role that may create databases. */
  postgresUrl: string;
};

/** Starts an Unleash server with its own database on the given PostgreSQL. Its first start runs a few hundred migrations. */
export async function startUnleash(
  { supervisor }: PartContext,
  options: UnleashOptions,
): Promise<UnleashPart> {
  if (options.external) {
    const { url, adminToken, clientToken } = options.external;
    return { ...externalPart('unleash', await serverVersion(url, adminToken), url), adminToken, clientToken };
  }
  const database = `unleash_${randomBytes(4).toString('hex')}`; // several stacks may share an external PostgreSQL
  await query(options.postgresUrl, `create database ${database}`);
  const port = await freePort();
  const address = `http://${LOOPBACK}:${port}`;
  const adminToken = `*:*.${randomBytes(24).toString('hex')}`;
  const clientToken = `default:development.${randomBytes(24).toString('hex')}`;
  const server = await supervisor.start({
    name: 'unleash',
    command: process.execPath,
    args: [unleashProgram()],
    env: {
      DATABASE_URL: databaseUrl(options.postgresUrl, { database }),
      DATABASE_SSL: 'false',
      HTTP_HOST: LOOPBACK,
      HTTP_PORT: String(port),
      INIT_ADMIN_API_TOKENS: adminToken,
      INIT_BACKEND_API_TOKENS: clientToken,
      CHECK_VERSION: 'false',
      SEND_TELEMETRY: 'false',
      LOG_LEVEL: 'warn',
      NODE_ENV: 'production',
    },
    isReady: async () => (await fetch(`${address}/health`)).ok,
  });
  return {
    name: 'unleash',
    version: await serverVersion(address, adminToken),
    address,
    adminToken,
    clientToken,
    origin: 'started',
    startedInMs: server.startedInMs,
    async stop() {
      await server.stop();
      await query(options.postgresUrl, `drop database if exists ${database} with (force)`);
    },
  };
}

async function serverVersion(url: string, adminToken: string): Promise<string> {
  const response = await fetch(`${url}/api/admin/instance-admin/statistics`, {
    headers: { authorization: adminToken },
    signal: AbortSignal.timeout(5_000),
  });
  if (!response.ok) return 'unknown';
  const { versionOSS } = (await response.json()) as { versionOSS?: string };
  return versionOSS ?? 'unknown';
}

/** The package exports only its library; the program is a file beside the library. */
function unleashProgram(): string {
  const library = createRequire(import.meta.url).resolve('unleash-server');
  return join(dirname(library), '..', 'server.js');
}
