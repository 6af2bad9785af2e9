import { spawnSync } from 'node:child_process';
import { plantedBreaches } from './guards.ts';

/** Everything that can be judged without starting a part. `npm run check`. */
const STEPS: [name: string, command: string[]][] = [
  ['types', ['tsc', '-p', '.', '--noEmit']],
  ['lint and arrows', ['oxlint', '--type-aware']],
  ['format', ['biome', 'check', '.']],
  ['dead code', ['knip']],
];

let failed = false;
const step = (name: string, run: () => { ok: boolean; output: string }): void => {
  const started = performance.now();
  const { ok, output } = run();
  failed ||= !ok;
  process.stdout.write(`${ok ? 'ok  ' : 'FAIL'} ${name} (${Math.round(performance.now() - started)} ms)\n`);
  if (!ok) process.stdout.write(`${output}\n`);
};

for (const [name, [command = '', ...args]] of STEPS) {
  step(name, () => {
    const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
    return { ok: status === 0, output: `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}` };
  });
}
step('guards refuse planted breaches', plantedBreaches);

process.exit(failed ? 1 : 0);
