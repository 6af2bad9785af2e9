import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, provided, type TestDatabase } from '@core-exit/local-stack/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

const PAGE = readFileSync(join(import.meta.dirname, '../docs/use-rollout.md'), 'utf8');
const MAIN = join(import.meta.dirname, '../rollout/src/main.ts');
const block = (language: string) =>
  [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, text]) => text ?? '',
  );
const [evidenceText = '', planText = ''] = block('json');
const commands = block('sh').flatMap((text) => text.trim().split('\n'));

const directory = mkdtempSync(join(tmpdir(), 'use-rollout-'));
let database: TestDatabase;
let evidence: Server;
let env: Record<string, string>;
beforeAll(async () => {
  database = await createTestDatabase();
  evidence = createServer((request, response) => {
    const query = new URL(request.url ?? '/', 'http://evidence').searchParams;
    const answer = {
      ...(JSON.parse(evidenceText) as object),
      stage: query.get('stage'),
      from: query.get('since'),
    };
    response.end(JSON.stringify({ ...answer, to: new Date().toISOString() }));
  });
  await new Promise<void>((resolve) => evidence.listen(0, '127.0.0.1', resolve));
  writeFileSync(join(directory, 'shop-plan.json'), planText);
  writeFileSync(join(directory, 'evidence.json'), evidenceText);
  const unleash = provided('unleash');
  env = {
    DATABASE_URL: database.url('rollout'),
    UNLEASH_URL: unleash.url,
    UNLEASH_ADMIN_TOKEN: unleash.adminToken,
    EVIDENCE_URL: `http://127.0.0.1:${(evidence.address() as AddressInfo).port}/evidence`,
    SLACK_WEBHOOK_URL: provided('slack').webhookUrl,
    ROLLOUT_PLAN: 'shop-plan.json',
    USER: userInfo().username,
  };
});
afterAll(async () => {
  evidence.closeAllConnections();
  evidence.close();
  await database.drop();
});

/** Runs a line of the page in the directory with the page's files. */
function run(line: string): Promise<{ exit: number | null; stdout: string; stderr: string }> {
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  const own = words.slice(words.indexOf('--') + 1);
  const owner = own[0] === 'migrate' ? { DATABASE_URL: database.url() } : {};
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [MAIN, ...own], { cwd: directory, env: { ...env, ...owner } });
    const out = { stdout: '', stderr: '' };
    child.stdout.on('data', (bytes: Buffer) => (out.stdout += bytes.toString()));
    child.stderr.on('data', (bytes: Buffer) => (out.stderr += bytes.toString()));
    child.on('close', (exit) => resolve({ exit, ...out }));
  });
}

test('the page has files and commands', () => {
  expect(commands.length).toBeGreaterThanOrEqual(11);
  expect(commands.every((line) => line.startsWith('npm run --silent rollout -- '))).toBe(true);
});

test('every command of the page does what the page describes, in the order of the page', async () => {
  const printed = new Map<string, string>();
  for (const line of commands) {
    const name = /-- (\w+)/.exec(line)?.[1] ?? '';
    const { exit, stdout, stderr } = await run(line);
    expect({ line, exit, stderr }).toMatchObject({ exit: 0 });
    printed.set(name, stdout);
  }
  expect(printed.get('evaluate')).toMatch(/^PASS/);
  expect(printed.get('plan')).toContain('+ flag shop-checkout');
  expect(printed.get('init')).toContain('+ segment shop-checkout-team (2 customers)');
  expect(printed.get('status')).toContain('[off] ─ shadow ─ team ─ ramp-5 ─ ramp-50 ─ full');
  expect(printed.get('advance')).toContain('off -> shadow');
  expect(printed.get('decisions')).toContain(
    'stop shadow -> shadow by H. Lee: support reports a wrong total',
  );
  expect(printed.get('verify')).toMatch(/^whole: 4 records/);
  expect(printed.get('export')?.trim().split('\n')).toHaveLength(4);
}, 120_000);

test('verify accepts an export and refuses an export that was changed', async () => {
  const { stdout } = await run('-- export');
  writeFileSync(join(directory, 'decisions.jsonl'), stdout);
  writeFileSync(join(directory, 'changed.jsonl'), stdout.replace('H. Lee', 'H. Li'));
  expect(await run('-- verify --file decisions.jsonl')).toMatchObject({ exit: 0 });
  expect(await run('-- verify --file changed.jsonl')).toMatchObject({ exit: 1 });
}, 60_000);
