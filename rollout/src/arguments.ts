import { parseArgs } from 'node:util';
import { BadInput } from './faults.ts';
import { isStageName, STAGE_NAMES, type StageName } from './stages.ts';

export const HELP = `Moves a service's customers from its legacy core to its new core, by evidence.

  rollout init          create the flag in Unleash (stage off); safe to repeat
  rollout status        the stage in force, its evidence, and what the gate says
  rollout advance       the next stage of the plan, if the gate passes the evidence of this one
  rollout back          the stage before
  rollout set STAGE     any stage at once, without a gate; the same stage again: its evidence starts anew
  rollout watch         stay up, and step back to the plan's fallback stage at the first mismatch
                        in a stage that moves money

  --plan NAME|PATH      instead of ROLLOUT_PLAN        --json    one line of JSON        --help

Stages: ${STAGE_NAMES.join(', ')}
Environment: UNLEASH_URL UNLEASH_ADMIN_TOKEN EVIDENCE_URL ROLLOUT_PLAN [LOG_LEVEL] [PORT, for watch]
Exit: 0 done · 1 refused, the gate says FAIL · 2 refused, UNKNOWN · 3 bad arguments, environment or plan
      4 Unleash could not be reached or the flag is not ours
`;

export const COMMANDS = ['init', 'status', 'advance', 'back', 'set', 'watch'] as const;
export type CommandName = (typeof COMMANDS)[number];

export type Arguments =
  | { kind: 'help' }
  | {
      kind: 'command';
      command: CommandName;
      stage: StageName | null;
      plan: string | undefined;
      json: boolean;
    };

/** Throws {@link BadInput}. */
export function readArguments(argv: string[]): Arguments {
  const { values, positionals } = parse(argv);
  if (values.help) return { kind: 'help' };
  const [command, stage, ...rest] = positionals;
  const found: string[] = [];
  if (!(COMMANDS as readonly unknown[]).includes(command)) {
    found.push(`${command ?? 'no command'}: one of ${COMMANDS.join(', ')}`);
  }
  if (command === 'set' && !isStageName(stage)) {
    found.push(`set needs a stage: one of ${STAGE_NAMES.join(', ')}`);
  }
  if ((command !== 'set' && stage !== undefined) || rest.length > 0) found.push('too many arguments');
  if (found.length > 0) throw new BadInput('the command line', found);
  return {
    kind: 'command',
    command: command as CommandName,
    stage: isStageName(stage) ? stage : null,
    plan: values.plan,
    json: values.json ?? false,
  };
}

function parse(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: { help: { type: 'boolean' }, json: { type: 'boolean' }, plan: { type: 'string' } },
    });
  } catch (error) {
    throw new BadInput('the command line', [(error as Error).message]);
  }
}
