import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const PROGRAM = join(import.meta.dirname, '../testing/program-main.ts');

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], { encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

it.each(['--help', '-h', 'help'])('%s prints the commands on standard output', (word) => {
  const { code, stdout } = run(word);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^program: for a test\n\n {2}echo +prints its arguments\n/);
});

it.each([[[]], [['unknown']], [['constructor']]])(
  '%j is bad input and prints the help on standard error',
  (args) => {
    const { code, stdout, stderr } = run(...args);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('prints its arguments');
  },
);

it('a command that takes arguments gets --help, another prints the help of the program', () => {
  expect(run('echo', '--help').stdout).toBe('["--help"]\n');
  expect(run('find', '--help')).toMatchObject({ code: 0, stdout: run('--help').stdout });
});

it('a command that takes no arguments refuses them', () => {
  expect(run('find', 'x')).toMatchObject({ code: 3, stdout: '' });
  expect(run('find', 'x').stderr).toContain('find takes no arguments, but got x');
});

it('the exit code is that of the command', () => {
  expect(run('echo', 'a', 'b')).toMatchObject({ code: 0, stdout: '["a","b"]\n' });
  expect(run('find').code).toBe(1);
});

it('a slow reader of a pipe gets the whole output', () => {
  const program = `"${process.execPath}" "${PROGRAM}" print | { sleep 1; wc -c; }`;
  expect(spawnSync('sh', ['-c', program], { encoding: 'utf8' }).stdout.trim()).toBe('1000000');
});

it('bad input and faults have codes of their own, and are printed with what to do next', () => {
  expect(run('refuse')).toMatchObject({
    code: 3,
    stderr: 'BAD_INPUT: --day is not valid:\n  - --day is not a date\n  next: correct --day\n',
  });
  const broken = run('break');
  expect(broken.code).toBe(4);
  expect(broken.stderr).toContain('the socket is gone');
});
