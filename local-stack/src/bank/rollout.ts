import { execFile } from 'node:child_process';
import { EXIT } from '@core-exit/process/exit-codes';
import { Fault } from '@core-exit/process/faults';
import { minimalEnvironment } from '../config.ts';
import { STACK_FAULTS } from '../faults.ts';
import { serviceCommand } from './service.ts';

/** Each request of a command has a shorter deadline; a loaded machine takes long to start the process. */
const COMMAND_WITHIN_MS = 180_000;

/** Exit codes with a result: done, refused by FAIL, refused by UNKNOWN. */
const WITH_RESULT: readonly number[] = [EXIT.done, EXIT.found, EXIT.incomplete];

type RolloutResult = { exit: number; json: Record<string, unknown> };

/** Runs `rollout <command>` once. A refusal (exit code 1 or 2) is a result; every other failure throws ROLLOUT_FAILED. */
export type RolloutCommands = (...command: string[]) => Promise<RolloutResult>;

export function rolloutCommands(env: Record<string, string>): RolloutCommands {
  return async (...command: string[]): Promise<RolloutResult> => {
    const program = serviceCommand(['rollout/src/main.ts', ...command, '--json']);
    const { exit, stdout, stderr } = await runOnce(program.command, program.args, env);
    if (!WITH_RESULT.includes(exit)) {
      throw new Fault(STACK_FAULTS.ROLLOUT_FAILED, `rollout ${command.join(' ')}: ${stderr || stdout}`);
    }
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
