import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { median, range, table } from '../figures.ts';
import type { ClientSample } from './client-main.ts';

const run = promisify(execFile);
const CLIENTS = ['kafkajs', '@platformatic/kafka'];
const ROUNDS = 5;
const MAX_MS = 60_000;

/** kafkajs and @platformatic/kafka behind the same port, on the same broker, in turns. Returns what was wrong. */
export async function benchClients(brokers: string[]): Promise<string[]> {
  const samples = new Map<string, ClientSample[]>(CLIENTS.map((name) => [name, []]));
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const name of CLIENTS) {
      await sample(name, brokers).then(
        (taken) => samples.get(name)?.push(taken),
        () => process.stdout.write(`${name}: round ${round} did not end within ${MAX_MS / 1_000} s\n`),
      );
    }
    process.stderr.write(`clients: round ${round} of ${ROUNDS}\n`);
  }
  const cell = (values: number[], digits = 0) =>
    `${median(values).toFixed(digits)} (${range(values, digits)})`;
  const at = (share: number) => (s: ClientSample) =>
    s.latencyMs.toSorted((a, b) => a - b)[Math.floor(s.latencyMs.length * share)] ?? Number.NaN;
  const rows = [...samples]
    .filter(([, of]) => of.length > 0)
    .map(([name, of]) => [
      name,
      cell(of.map((s) => s.publishedPerSecond)),
      cell(
        of.map((s) => s.publishCpuUs),
        1,
      ),
      cell(of.map((s) => s.readPerSecond)),
      cell(
        of.map((s) => s.readCpuUs),
        1,
      ),
      cell(of.map(at(0.5)), 2),
      cell(of.map(at(0.99)), 2),
      cell(of.map((s) => s.pacedCpuUs)),
    ]);
  const head = ['client', 'published/s', 'µs CPU', 'read/s', 'µs CPU', 'p50 ms', 'p99 ms', 'µs CPU paced'];
  process.stdout.write(`${table(head, rows)}\n`);
  return [...samples].flatMap(([name, of]) =>
    of
      .filter(({ wrong }) => wrong > 0)
      .map(({ wrong }) => `${name}: ${wrong} records lost, doubled or out of order`),
  );
}

async function sample(name: string, brokers: string[]): Promise<ClientSample> {
  const { stdout } = await run(
    process.execPath,
    [
      '--disable-warning=TimeoutNegativeWarning',
      join(import.meta.dirname, 'client-main.ts'),
      name,
      brokers.join(','),
    ],
    { maxBuffer: 16 * 1024 * 1024, timeout: MAX_MS },
  );
  return JSON.parse(stdout) as ClientSample;
}
