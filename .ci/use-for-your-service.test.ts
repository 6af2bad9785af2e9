import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, waitFor } from '@core-exit/local-stack/testing';
import { afterEach, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const DOCUMENT = readFileSync(join(ROOT, 'docs/use-for-your-service.md'), 'utf8');
const WITHIN = { timeoutMs: 15_000 };
const children: { kill(signal: 'SIGTERM'): boolean }[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGTERM');
});

/** Starts a command of the document on free ports. */
function start(line: string, ports: Record<string, number>): () => string {
  const words = line
    .split(' ')
    .map((word) => Object.entries(ports).reduce((w, [old, port]) => w.replace(old, String(port)), word));
  const args =
    words[0] === 'npm' ? ['comparator/src/main.ts', ...words.slice(words.indexOf('--') + 1)] : words.slice(2);
  const child = spawn(process.execPath, args, { cwd: ROOT });
  children.push(child);
  const out: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => out.push(chunk.toString()));
  return () => out.join('');
}

test('the commands of the document run a comparison that finds the planted difference', {
  timeout: 60_000,
}, async () => {
  const ports = {
    '9001': await freePort(),
    '9002': await freePort(),
    '9080': await freePort(),
    '9081': await freePort(),
  };
  const lines = DOCUMENT.split('\n').filter((line) => /^(npx node|npm run comparator -- try) /.test(line));
  expect(lines).toHaveLength(3);
  const output = lines.map((line) => start(line, ports));
  await waitFor(() => output[2]?.().includes('Ctrl-C') === true, WITHIN);
  await waitFor(() => [0, 1].every((i) => output[i]?.().includes('orders on')), WITHIN);
  const read = async (id: number) =>
    (await fetch(`http://127.0.0.1:${ports['9080']}/orders/${id}`)).json() as Promise<{ total: string }>;
  expect(await read(7)).toMatchObject({ id: 7, total: '9.94' });
  await waitFor(() => output[2]?.().includes('/total') === true, WITHIN);
  const printed = output[2]?.() ?? '';
  expect(printed).toContain('mismatch  orders.read');
  expect(printed).toContain('/total  changed (last-place)  legacy "9.94" | new "9.95"');
  expect(printed).not.toMatch(/servedBy|tags|Customer 7/);
  for (let id = 0; id < 20; id += 1) await read(id);
  const admin = async (path: string) => (await fetch(`http://127.0.0.1:${ports['9081']}${path}`)).json();
  await waitFor(async () => ((await admin('/verdicts')) as { pending: number }).pending === 0, WITHIN);
  expect(await admin('/verdicts')).toMatchObject({ requests: 21, verdicts: { explained: 10, mismatch: 11 } });
  expect(await admin('/signatures')).toMatchObject({
    signatures: [{ count: 11, parts: ['/total changed last-place'] }],
  });
  const { comparisons } = (await admin('/comparisons?limit=1')) as { comparisons: { id: string }[] };
  expect(JSON.stringify(await admin(`/comparisons/${comparisons[0]?.id}`))).not.toContain('Customer');
});

test('the documents of the example with a rule are equal', async () => {
  const line = DOCUMENT.split('\n').find((text) => text.startsWith("echo '")) ?? '';
  const input = line.slice("echo '".length, line.lastIndexOf("' |"));
  const child = spawn(process.execPath, ['comparator/src/main.ts', 'compare', '--json'], { cwd: ROOT });
  const out: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk.toString()));
  child.stdin.end(`${input}\n`);
  await waitFor(() => out.join('').includes('\n'), WITHIN);
  expect(JSON.parse(out.join(''))).toMatchObject({ equal: true });
});
