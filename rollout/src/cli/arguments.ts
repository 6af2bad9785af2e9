import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { BadInput } from '@core-exit/process/faults';

/** Each command with its line in `--help`. */
export const COMMANDS = {
  init: 'show the changes that Unleash needs to fit the plan, apply them, and start the ramp',
  plan: 'show the stages of the plan, and the changes that init would make',
  status: 'show the current stage, its evidence, the time left, and what blocks the next stage',
  evaluate: 'judge the evidence in a file by the gate of a plan (--plan PATH --evidence PATH)',
  approve: 'approve the next stage; the author of the plan may not approve',
  advance: 'enter the next stage, if nothing blocks it',
  back: 'enter the previous stage at once, held until resume',
  stop: 'enter the fallback stage at once, held until resume; works if Unleash or the database is down',
  resume: 'let a held ramp continue from its current stage, with new evidence',
  set: 'set STAGE: enter any stage at once, without a gate (see below)',
  decisions: 'show the last decisions, newest last (--limit N, default 20)',
  export: 'print all decisions, one line of JSON each',
  verify: 'check the chain of decisions (--expect SEQ:HASH from a Slack message, --file EXPORT)',
  simulate: 'compute by simulation how often the gate is wrong (--out DIRECTORY, --seed N)',
  watch: 'run the controller, which advances and steps back by itself (--dry-run: only log its actions)',
  migrate: 'migrate the schema of the database, as its owner',
} as const;
type CommandName = keyof typeof COMMANDS;

export const ABOUT =
  'Moves the customers of a service from its legacy core to its new core, as far as the evidence allows.';

export const FOOTER = `Options:
  --plan PATH      the plan; has priority over ROLLOUT_PLAN
  --json           print one line of JSON
  --by NAME        the person who decides; default: the user of this machine
  --because TEXT   the reason, for the decision record
A PATH of - is standard input.

set: a lower stage is held until resume. The current stage begins anew with new evidence. A held ramp is not raised.

Environment: UNLEASH_URL UNLEASH_ADMIN_TOKEN EVIDENCE_URL DATABASE_URL ROLLOUT_PLAN, and optionally SLACK_WEBHOOK_URL
CLOCK_FUNCTION LOG_LEVEL HOST PORT (docs/configuration.md). evaluate, simulate and verify --file need no environment;
migrate needs DATABASE_URL only.

Exit codes:
  0  done, or PASS
  1  refused, FAIL, or a broken chain
  2  not yet: UNKNOWN, or something blocks the step
  3  an argument, the environment or a file is not valid
  4  Unleash or the database did not answer, the flag was not written by rollout, or rollout itself failed`;

/** Commands that have no options of their own except --limit. */
const PLAIN = [
  'init',
  'plan',
  'status',
  'approve',
  'advance',
  'back',
  'stop',
  'resume',
  'decisions',
  'export',
] as const satisfies CommandName[];

type Common = { plan: string | undefined; json: boolean; by: string; because: string };
export type Arguments =
  | { command: 'evaluate'; plan: string; evidence: string; json: boolean }
  | { command: 'simulate'; out: string | null; seed: number; json: boolean }
  | (Common & { command: 'set'; stage: string })
  | (Common & { command: 'verify'; expect: { seq: number; hash: string } | null; file: string | null })
  | { command: 'migrate'; json: boolean }
  | (Common & { command: 'watch'; dryRun: boolean })
  | (Common & { command: (typeof PLAIN)[number]; limit: number });

const DEFAULT_LIMIT = '20';
const DEFAULT_SEED = '20261121';

/** Reads the command and its options. Throws {@link BadInput}. */
export function readArguments(argv: string[]): Arguments {
  const { values, positionals } = parse(argv);
  const [name = '', stage, ...more] = positionals;
  if (more.length > 0 || (stage !== undefined && name !== 'set')) throw wrong('too many arguments');
  const common: Common = {
    plan: values.plan,
    json: values.json ?? false,
    by: (values.by ?? userInfo().username).trim(),
    because: values.because ?? '',
  };
  if (common.by === '') throw wrong('--by needs a name');
  switch (name) {
    case 'evaluate': {
      const { plan, evidence } = values;
      if (plan === undefined || evidence === undefined)
        throw wrong('evaluate needs --plan PATH and --evidence PATH');
      return { command: name, plan, evidence, json: common.json };
    }
    case 'simulate':
      return {
        command: name,
        out: values.out ?? null,
        seed: whole('seed', values.seed ?? DEFAULT_SEED),
        json: common.json,
      };
    case 'set':
      if (stage === undefined) throw wrong('set needs the name of a stage');
      return { ...common, command: name, stage };
    case 'verify':
      return { ...common, command: name, expect: linkOf(values.expect), file: values.file ?? null };
    case 'migrate':
      return { command: name, json: common.json };
    case 'watch':
      return { ...common, command: name, dryRun: values['dry-run'] ?? false };
    default: {
      const command = PLAIN.find((known) => known === name);
      if (command === undefined)
        throw wrong(`${name === '' ? 'the command is missing' : `no command ${name}`}: see --help`);
      return { ...common, command, limit: whole('limit', values.limit ?? DEFAULT_LIMIT) };
    }
  }
}

function linkOf(text: string | undefined): { seq: number; hash: string } | null {
  if (text === undefined) return null;
  const [, seq, hash] = /^(\d+):([0-9a-f]{8,64})$/.exec(text) ?? [];
  if (seq === undefined || hash === undefined) throw wrong('--expect must be SEQ:HASH, e.g. 12:3fa9c1d2e4b0');
  return { seq: Number(seq), hash };
}

function whole(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw wrong(`--${name} must be a whole number`);
  return Number(text);
}

function wrong(what: string): BadInput {
  return new BadInput('the command line', [what]);
}

function parse(argv: string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        json: flag,
        'dry-run': flag,
        plan: text,
        evidence: text,
        by: text,
        because: text,
        limit: text,
        expect: text,
        file: text,
        out: text,
        seed: text,
      },
    });
  } catch (error) {
    throw wrong((error as Error).message);
  }
}
