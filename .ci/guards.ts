import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * A guard that never refuses anything guards nothing (one dependency checker reported "no violations" after it had read
 * no file at all). Each breach here is written into a copy of the tree, and the linter must refuse it for its own reason. The
 * allowed neighbours must pass, so that a guard which refuses everything is no proof either. The tree itself is never
 * touched, so an interrupted check leaves nothing behind in it.
 */
type Planted = { file: string; text: string; refusal: RegExp | null };

let count = 0;
const ROOM_REFUSED = /may not import this room/;

const BREACHES: Planted[] = [
  importing('cache/src', '@core-exit/rollout', ROOM_REFUSED),
  importing('process/src', '@core-exit/cache', ROOM_REFUSED),
  importing('comparator/src', '@core-exit/bank-contract', ROOM_REFUSED),
  importing('legacy-core-adapter/src', '@core-exit/interest-service/domain', ROOM_REFUSED),
  importing('local-stack/src', '@core-exit/comparator', ROOM_REFUSED),
  importing('bank/ledger', '@core-exit/interest-service/domain', ROOM_REFUSED),
  importing('rollout/src', '../../comparator/src/index.ts', /across a workspace border/),
  importing('interest-service/src/domain', 'typebox', /domain is pure/),
  importing('interest-service/src/payout', './payout.sql.ts', /a flow asks for a port/),
  importing('interest-service/src/tax/book', 'kafkajs', /a flow asks for a port/),
  importing('interest-service/src/payout', '../reversal/reversal.ts', /may not import another story/),
  importing('interest-service/src/audit/watch', '../../tax/book/tax-book.ts', /may not import another story/),
  importing('interest-service/src/quote', '../config.ts', /may not import another story/),
  importing('interest-service/src/ledger', '../payout/payout.ts', /ledger imports domain alone/),
  importing('interest-service/src/payout', '../command/batch.ts', /only commands import command/),
  importing('interest-service/src/payout', '../ledger/account.ts', null),
  importing('interest-service/src/audit/watch', '../rebuild/audit.ts', null),
  planted('interest-service/src/payout', "import pg from 'pg';\nexport const x = pg;\n", null, 'sql'),
  importing('comparator/src/engine', 'pg', /a flow asks for a port/),
  importing('rollout/src/gate', '../store/postgres-store.sql.ts', /a flow asks for a port/),
  importing('legacy-core-adapter/src', '@core-exit/bank-contract', null),
  importing('comparator/src', '@core-exit/process/log', null),
  importing('legacy-core-adapter/src/payout', './sent-payouts.sql.ts', /a flow asks for a port/),
  importing('legacy-core-adapter/src/payout', '../transport/transport-counts.ts', /a flow asks for a port/),
  importing('legacy-core-adapter/src/quote', '../../telegram/record.ts', /telegram messages as data/),
  importing('legacy-core-adapter/src/quote', '../../telegram/messages/index.ts', null),
  importing('legacy-core-adapter/src/quote', '../transport/legacy-transport.ts', null),
  importing('legacy-core-adapter/src', '../legacy-core/rows.ts', /the other end/),
  importing('legacy-core-adapter/legacy-core', '../src/back-off.ts', /the other end/),
  planted('rollout/src', 'async function f() {}\nf();\nexport {};\n', /no-floating-promises/),
  planted('rollout/src', 'export const home = process.env["HOME"];\n', /no-process-env/),
  planted('rollout/src', `export const x = 1;\n${'//\n'.repeat(300)}`, /max-lines/),
  planted('rollout/src', `export function f() {\n${'  f();\n'.repeat(75)}}\n`, /max-lines-per-function/),
  planted(
    'comparator/src',
    '/** The bank pays interest. */\nexport const x = 1;\n',
    /the toolkit knows no bank/,
  ),
  planted('comparator/src', "/** CP949 is a character set. */\nexport const x = 'EUC-KR';\n", null),
  planted(
    'comparator/src',
    "import { join } from 'node:path';\nexport const page = join(import.meta.dirname, '../../docs/runbook.md');\n",
    /a path leaves the room/,
  ),
  planted(
    'interest-service/src',
    "export const sql = 'select balance from core.account where account_no = $1';\n",
    /SQL stands in/,
  ),
  planted('interest-service/src', "export const text = 'select one of the accounts';\n", null),
  {
    file: 'cache/src/planted-a.ts',
    text: "import { b } from './planted-b.ts';\nexport const a = (): number => b();\n",
    refusal: /no-cycle/,
  },
  {
    file: 'cache/src/planted-b.ts',
    text: "import { a } from './planted-a.ts';\nexport const b = (): number => a();\n",
    refusal: /no-cycle/,
  },
  {
    file: 'cache/src/planted-type-a.ts',
    text: "import type { B } from './planted-type-b.ts';\nexport type A = { b: B | null };\n",
    refusal: /no-cycle/,
  },
  {
    file: 'cache/src/planted-type-b.ts',
    text: "import type { A } from './planted-type-a.ts';\nexport type B = { a: A | null };\n",
    refusal: /no-cycle/,
  },
];

function importing(folder: string, target: string, refusal: RegExp | null): Planted {
  return planted(folder, `import { x } from '${target}';\nexport const y = x;\n`, refusal);
}

function planted(folder: string, text: string, refusal: RegExp | null, layer = ''): Planted {
  count += 1;
  const suffix = layer === '' ? 'ts' : `${layer}.ts`;
  return { file: `${folder}/planted-breach-${count}.${suffix}`, text, refusal };
}

/** Plants every breach in a copy of the tree, and checks that each is refused for its own reason. */
export function plantedBreaches(): { ok: boolean; output: string } {
  const copy = mkdtempSync(join(tmpdir(), 'planted-breaches-'));
  try {
    copyTree(copy);
    for (const { file, text } of BREACHES) writeFileSync(join(copy, file), text);
    const findings = lint(
      copy,
      BREACHES.map(({ file }) => file),
    );
    const wrong = BREACHES.flatMap(({ file, text, refusal }) => {
      const said = findings
        .filter((one) => one.filename === file)
        .map((one) => `${one.code}: ${one.message} ${one.help ?? ''}`);
      const isFine = refusal === null ? said.length === 0 : said.some((line) => refusal.test(line));
      const verdict = refusal === null ? 'refused' : 'NOT REFUSED';
      return isFine ? [] : [`${verdict}: ${file}: ${text.split('\n')[0]}\n  ${said.join('\n  ')}`];
    });
    return { ok: wrong.length === 0, output: wrong.join('\n') };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** The tracked and new source files; the installed packages by a link. */
function copyTree(copy: string): void {
  const { stdout } = spawnSync('git', ['ls-files', '-co', '--exclude-standard', '--deduplicate'], {
    encoding: 'utf8',
  });
  for (const file of stdout.split('\n').filter((name) => /\.ts$|package\.json$|tsconfig\.json$/.test(name))) {
    cpSync(file, join(copy, file), { force: true, recursive: false, errorOnExist: false });
  }
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
}

type Finding = { filename: string; code: string; message: string; help?: string };

function lint(cwd: string, files: string[]): Finding[] {
  const program = resolve('node_modules/.bin/oxlint');
  const { stdout, stderr } = spawnSync(program, ['--type-aware', '--format', 'json', ...files], {
    cwd,
    encoding: 'utf8',
  });
  try {
    return (JSON.parse(stdout) as { diagnostics: Finding[] }).diagnostics;
  } catch {
    throw new Error(`the linter printed no findings:\n${stdout}${stderr}`);
  }
}
