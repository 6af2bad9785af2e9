import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';

/**
 * A guard that never refuses anything guards nothing (one dependency checker reported "no violations" after reading
 * no file at all). Each breach here is written into the tree, must be refused for its own reason, and is removed.
 * The allowed neighbours must pass, so that a guard which refuses everything is no proof either.
 */
const BREACHES: { file: string; text: string; refusal: RegExp | null }[] = [
  importing('cache/src', '@core-exit/rollout', /may not import this room/),
  importing('comparator/src', '@core-exit/bank-contract', /may not import this room/),
  importing(
    'legacy-core-adapter/src',
    '@core-exit/interest-service/src/domain/tax.ts',
    /may not import this room/,
  ),
  importing('local-stack/src', '@core-exit/comparator', /may not import this room/),
  importing('rollout/src', '../../comparator/src/index.ts', /across a workspace border/),
  importing('interest-service/src/domain', '../flows/ports.ts', /domain is pure/),
  importing('interest-service/src/domain', 'typebox', /domain is pure/),
  importing('interest-service/src/flows', '../db/ledger.ts', /a flow asks for a port/),
  importing('legacy-core-adapter/src', '@core-exit/bank-contract', null),
  importing('interest-service/src/flows', '@core-exit/cache', null),
  { file: 'rollout/src', text: 'async function f() {}\nf();\nexport {};\n', refusal: /no-floating-promises/ },
  { file: 'rollout/src', text: 'export const home = process.env["HOME"];\n', refusal: /no-process-env/ },
  { file: 'rollout/src', text: `export const x = 1;\n${'//\n'.repeat(300)}`, refusal: /max-lines/ },
  {
    file: 'rollout/src',
    text: `export function f() {\n${'  f();\n'.repeat(75)}}\n`,
    refusal: /max-lines-per-function/,
  },
];

function importing(folder: string, target: string, refusal: RegExp | null) {
  return { file: folder, text: `import { x } from '${target}';\nexport const y = x;\n`, refusal };
}

/** Plants each breach and sees it refused; then a circle of two files. */
export function plantedBreaches(): { ok: boolean; output: string } {
  const wrong = BREACHES.flatMap(({ file, text, refusal }, i) => {
    const said = lint({ [`${file}/planted-breach-${i}.ts`]: text });
    const fine = refusal === null ? !/no-restricted-imports/.test(said) : refusal.test(said);
    return fine
      ? []
      : [`${refusal === null ? 'refused' : 'NOT REFUSED'}: ${file}: ${text.split('\n')[0]}\n${said}`];
  });
  const circle = lint({
    'cache/src/planted-a.ts': "import { b } from './planted-b.ts';\nexport const a = (): number => b();\n",
    'cache/src/planted-b.ts': "import { a } from './planted-a.ts';\nexport const b = (): number => a();\n",
  });
  if (!/no-cycle/.test(circle)) wrong.push(`NOT REFUSED: a circle of imports\n${circle}`);
  return { ok: wrong.length === 0, output: wrong.join('\n') };
}

function lint(files: Record<string, string>): string {
  const names = Object.keys(files);
  try {
    for (const name of names) writeFileSync(name, files[name] ?? '');
    const { stdout, stderr } = spawnSync('oxlint', ['--type-aware', ...names], { encoding: 'utf8' });
    return `${stdout}${stderr}`;
  } finally {
    for (const name of names) rmSync(name, { force: true });
  }
}
