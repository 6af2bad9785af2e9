import { parseArgs } from 'node:util';
import { BadInput } from './faults.ts';
import { isStageName, STAGE_NAMES, type StageName } from './stages.ts';

export const HELP = `Moves a service's customers from its legacy core to its new core, by evidence.

  rollout init          create the flag in Unleash (stage off); safe to repeat
  rollout status        the stage in force, its evidence, and what the gate says
  rollout advance       the next stage of the plan, if the gate passes the evidence of this one
  rollout back          the stage before
  rollout set STAGE     any stage at once, without a gate; the same stage again: its evidence starts anew
  rollout evaluate      the gate on two files: --plan PLAN.json --evidence EVIDENCE.json ('-': standard input);
                        exit 0 PASS, 1 FAIL, 2 UNKNOWN, 3 a bad file; needs no environment
  rollout watch         stay up, and step back to the plan's fallback stage at the first mismatch
                        in a stage that moves money

  --plan NAME|PATH      instead of ROLLOUT_PLAN        --json    one line of JSON        --help

Stages: ${STAGE_NAMES.join(', ')}
Environment: UNLEASH_URL UNLEASH_ADMIN_TOKEN EVIDENCE_URL ROLLOUT_PLAN [LOG_LEVEL] [HOST, PORT: for watch]
Exit: 0 done · 1 refused, the gate says FAIL · 2 refused, UNKNOWN · 3 bad arguments, environment or plan
      4 Unleash could not be reached or the flag is not ours
`;

type Options = { plan: string | undefined; json: boolean };

export type Arguments =
  | { command: 'help' }
  | { command: 'evaluate'; plan: string; evidence: string; json: boolean }
  | (Options & { command: 'set'; stage: StageName })
  | (Options & { command: (typeof WITHOUT_STAGE)[number] });

const WITHOUT_STAGE = ['init', 'status', 'advance', 'back', 'watch'] as const;

/** Throws {@link BadInput}. */
export function readArguments(argv: string[]): Arguments {
  const { values, positionals } = parse(argv);
  if (values.help) return { command: 'help' };
  const options = { plan: values.plan, json: values.json ?? false };
  const [name, stage] = positionals;
  if (name === 'set') {
    if (!isStageName(stage)) throw wrong(`set needs a stage: one of ${STAGE_NAMES.join(', ')}`);
    if (positionals.length > 2) throw wrong('too many arguments');
    return { ...options, command: name, stage };
  }
  if (name === 'evaluate') {
    const { plan, evidence } = values;
    if (plan === undefined || evidence === undefined)
      throw wrong('evaluate needs --plan FILE and --evidence FILE');
    if (positionals.length > 1) throw wrong('too many arguments');
    return { command: name, plan, evidence, json: options.json };
  }
  const command = WITHOUT_STAGE.find((known) => known === name);
  if (command === undefined)
    throw wrong(`${name ?? 'no command'}: one of ${WITHOUT_STAGE.join(', ')}, evaluate, set`);
  if (positionals.length > 1) throw wrong('too many arguments');
  return { ...options, command };
}

function wrong(what: string): BadInput {
  return new BadInput('the command line', [what]);
}

function parse(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        help: { type: 'boolean' },
        json: { type: 'boolean' },
        plan: { type: 'string' },
        evidence: { type: 'string' },
      },
    });
  } catch (error) {
    throw wrong((error as Error).message);
  }
}
