import { execFile } from 'node:child_process';
import { minimalEnvironment } from '../config.ts';
import { Fault } from '../fault.ts';
import { serviceCommand } from './service.ts';

/** A command asks database, Unleash and evidence a few times, each with a shorter deadline; a busy machine takes long to start it. */
const COMMAND_WITHIN_MS = 60_000;

/** Exit codes of an answer: done, refused by FAIL, refused by UNKNOWN. */
const ANSWERS = [0, 1, 2];

class RolloutFailed extends Fault {
  constructor(command: readonly string[], output: string) {
    super('ROLLOUT_FAILED', `rollout ${command.join(' ')}: ${output}`, 'read the message of rollout above');
  }
}

type RolloutAnswer = { exit: number; json: Record<string, unknown> };

/** Runs `rollout <command>` once; a refusal is an answer (exit 1 or 2), anything else throws. */
export type RolloutCommands = (...command: string[]) => Promise<RolloutAnswer>;

export function rolloutCommands(env: Record<string, string>): RolloutCommands {
  return async (...command: string[]): Promise<RolloutAnswer> => {
    const program = serviceCommand(['rollout/src/main.ts', ...command, '--json']);
    const { exit, stdout, stderr } = await runOnce(program.command, program.args, env);
    if (!ANSWERS.includes(exit)) throw new RolloutFailed(command, stderr || stdout);
    return { exit, json: JSON.parse(stdout) as Record<string, unknown> };
  };
}

type Output = { exit: number; stdout: string; stderr: string };

function runOnce(command: string, args: string[], env: Record<string, string>): Promise<Output> {
  const options = { env: { ...minimalEnvironment(), ...env }, timeout: COMMAND_WITHIN_MS };
  return new Promise((resolve) => {
    execFile(command, args, options, (error, stdout, stderr) => {
      const exit = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ exit, stdout, stderr: stderr || (error?.message ?? '') });
    });
  });
}
