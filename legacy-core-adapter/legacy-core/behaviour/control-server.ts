import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Behaviour, isProfile, PROFILES, WELL } from './behaviour.ts';
import type { BehaviourSimulator } from './behaviour-simulator.ts';

/** A behaviour is a few hundred bytes. */
const MAX_BODY_BYTES = 16 * 1024;

export type ControlServer = { readonly port: number; stop(): Promise<void> };

/**
 * Changes the behaviour of a running legacy core: `GET /behaviour`, `PUT /behaviour` with a profile (`{"profile":"resets"}`) or
 * with members that differ from the profile `well` (`{"dropsAnswers":0.5,"of":["DPI2100"]}`).
 */
export async function startControlServer(
  simulator: BehaviourSimulator,
  host: string,
  port: number,
): Promise<ControlServer> {
  const server = createServer((request, response) => {
    const send = (status: number, body: unknown): void =>
      void response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(`${JSON.stringify(body)}\n`);
    if (request.url !== '/behaviour') return send(404, { fault: 'the only path is /behaviour' });
    if (request.method === 'GET') return send(200, simulator.behaviour);
    if (request.method !== 'PUT') return send(405, { fault: 'the method must be GET or PUT' });
    bodyOf(request).then(
      (text) => {
        const behaviour = behaviourOf(text);
        if (typeof behaviour === 'string') return send(400, { fault: behaviour });
        simulator.behaviour = behaviour;
        return send(200, behaviour);
      },
      (fault: Error) => send(400, { fault: fault.message }),
    );
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The behaviour of a request body, or the fault in the body. */
export function behaviourOf(text: string): Behaviour | string {
  let requested: unknown;
  try {
    requested = JSON.parse(text);
  } catch {
    return 'the body is not JSON';
  }
  if (typeof requested !== 'object' || requested === null || Array.isArray(requested))
    return 'the body is not an object';
  const { profile, ...members } = requested as Record<string, unknown>;
  if (profile !== undefined && (typeof profile !== 'string' || !isProfile(profile)))
    return `profile must be one of ${Object.keys(PROFILES).join(' ')}`;
  const base: Behaviour = profile === undefined ? WELL : PROFILES[profile];
  for (const [name, value] of Object.entries(members)) {
    const fault = faultOf(name, value);
    if (fault !== null) return fault;
  }
  return { ...base, ...members };
}

const SHARES = new Set([
  'rejects',
  'dropsRequests',
  'dropsAnswers',
  'resetsBefore',
  'resetsAfter',
  'duplicates',
  'late',
  'stalls',
]);
const TIMES = new Set(['lateByMs', 'stallMs']);
/** No caller waits longer than a minute. */
const MOST_MS = 60_000;
const isTime = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= MOST_MS;
const isShare = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 1;

function faultOf(name: string, value: unknown): string | null {
  if (SHARES.has(name)) return isShare(value) ? null : `${name} must be a share from 0 to 1`;
  if (TIMES.has(name)) return isTime(value) ? null : `${name} must be a time from 0 to ${MOST_MS} ms`;
  if (name === 'pins') return typeof value === 'boolean' ? null : 'pins must be true or false';
  if (name === 'latency')
    return isLatency(value) ? null : 'latency must be none, skewed, uniform or two-peaks with its times';
  if (name !== 'of') return `a behaviour has no member ${name}`;
  const isList = Array.isArray(value) && value.every((trCd) => typeof trCd === 'string');
  return value === null || isList ? null : 'of must be a list of transaction codes';
}

function isLatency(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, ...times } = value as Record<string, unknown>;
  const of: Record<string, string[]> = {
    none: [],
    skewed: ['meanMs'],
    uniform: ['fromMs', 'toMs'],
    'two-peaks': ['fastMs', 'slowMs', 'slowShare'],
  };
  const names = typeof kind === 'string' && Object.hasOwn(of, kind) ? of[kind] : undefined;
  if (names === undefined || Object.keys(times).length !== names.length) return false;
  return names.every((name) => (name === 'slowShare' ? isShare(times[name]) : isTime(times[name])));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_BODY_BYTES) throw new Error(`the body is larger than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
