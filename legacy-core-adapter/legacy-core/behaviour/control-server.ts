import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Behaviour, isProfile, PROFILES, WELL } from './behaviour.ts';
import type { Conduct } from './behaviour-simulator.ts';

/** A behaviour is a few hundred bytes. */
const MAX_BODY_BYTES = 16 * 1024;

export type ControlServer = { readonly port: number; stop(): Promise<void> };

/**
 * Switches the behaviour of a running legacy core: `GET /behaviour`, `PUT /behaviour` with `{"profile":"resets"}`, or
 * with members of a behaviour that change the well one: `{"dropsAnswers":0.5,"of":["DPI2100"]}`.
 */
export async function startControl(conduct: Conduct, host: string, port: number): Promise<ControlServer> {
  const server = createServer((request, response) => {
    const say = (status: number, body: unknown): void =>
      void response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(`${JSON.stringify(body)}\n`);
    if (request.url !== '/behaviour') return say(404, { fault: 'only /behaviour' });
    if (request.method === 'GET') return say(200, conduct.behaviour);
    if (request.method !== 'PUT') return say(405, { fault: 'GET or PUT' });
    bodyOf(request).then(
      (text) => {
        const behaviour = behaviourOf(text);
        if (typeof behaviour === 'string') return say(400, { fault: behaviour });
        conduct.behaviour = behaviour;
        return say(200, behaviour);
      },
      (fault: Error) => say(400, { fault: fault.message }),
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

/** The behaviour a text asks for, or what is wrong with it. */
export function behaviourOf(text: string): Behaviour | string {
  let asked: unknown;
  try {
    asked = JSON.parse(text);
  } catch {
    return 'not JSON';
  }
  if (typeof asked !== 'object' || asked === null || Array.isArray(asked)) return 'not an object';
  const { profile, ...members } = asked as Record<string, unknown>;
  if (profile !== undefined && (typeof profile !== 'string' || !isProfile(profile)))
    return `profile is one of ${Object.keys(PROFILES).join(' ')}`;
  const base: Behaviour = profile === undefined ? WELL : PROFILES[profile];
  for (const [name, value] of Object.entries(members)) {
    const wrong = faultOf(name, value);
    if (wrong !== null) return wrong;
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
/** Nobody waits for longer than a minute. */
const MOST_MS = 60_000;
const isTime = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= MOST_MS;
const isShare = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 1;

function faultOf(name: string, value: unknown): string | null {
  if (SHARES.has(name)) return isShare(value) ? null : `${name} is a share from 0 to 1`;
  if (TIMES.has(name)) return isTime(value) ? null : `${name} is a time from 0 to ${MOST_MS} ms`;
  if (name === 'pins') return typeof value === 'boolean' ? null : 'pins is true or false';
  if (name === 'latency')
    return isLatency(value) ? null : 'latency is none, skewed, uniform or two-peaks with its times';
  if (name !== 'of') return `${name} is no part of a behaviour`;
  const isList = Array.isArray(value) && value.every((trCd) => typeof trCd === 'string');
  return value === null || isList ? null : 'of is a list of transaction codes';
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
    if (bytes > MAX_BODY_BYTES) throw new Error('the body is too long');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
