import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { BadInput } from '@core-exit/process/faults';

export const HELP = `Moves a service's customers from its legacy core to its new core, by evidence.

  rollout init               make Unleash fit the plan (flag, segments, strategies); shows the difference first
  rollout plan               the plan's stages, and what init would change; changes nothing
  rollout status             the stage in force: share, evidence against its need, time left, what blocks
  rollout evaluate           the gate on two files: --plan NAME|PATH --evidence EVIDENCE.json ('-': standard input)
  rollout approve            one person's approval of leaving the stage in force; not the plan's author
  rollout advance            the next stage, if nothing blocks it
  rollout back               the stage before, at once, held until resume
  rollout stop               the fallback stage at once, held until resume; works with Unleash or the database down
  rollout resume             lets a held ramp go on from the stage it is in, with new evidence
  rollout set STAGE          any stage at once, without a gate; the same stage again: its evidence starts anew;
                             a lower one is held until resume, and from a held one nothing is raised
  rollout log                the decisions, newest last (--limit N, default 20)
  rollout export             all decisions, one JSON a line
  rollout verify             is the chain of decisions whole (--expect SEQ:HASH as Slack told it; --file EXPORT)
  rollout simulate           what the gate's promises are worth, by Monte Carlo (--out DIRECTORY, --seed N)
  rollout watch              the controller: stays up, advances and steps back (--dry-run: only says it)
  rollout migrate            brings the database's schema up to date, as its owner

  --plan NAME|PATH  instead of ROLLOUT_PLAN     --json  one line of JSON      --help
  --by NAME         who does it (default: the user of this machine)           --because TEXT

Environment: UNLEASH_URL UNLEASH_ADMIN_TOKEN EVIDENCE_URL DATABASE_URL ROLLOUT_PLAN [SLACK_WEBHOOK_URL CLOCK_FUNCTION
LOG_LEVEL HOST PORT]; evaluate, simulate and verify --file need none, migrate only DATABASE_URL.
Exit: 0 done, PASS · 1 refused or FAIL · 2 not yet: UNKNOWN, or something blocks · 3 bad arguments, environment or file
      4 Unleash or the database could not be reached, the flag is not ours, or rollout itself broke
`;

/** Commands without words of their own. */
const PLAIN = [
  'init',
  'plan',
  'status',
  'approve',
  'advance',
  'back',
  'stop',
  'resume',
  'log',
  'export',
] as const;

type Common = { plan: string | undefined; json: boolean; by: string; because: string };
export type Arguments =
  | { command: 'help' }
  | { command: 'evaluate'; plan: string; evidence: string; json: boolean }
  | { command: 'simulate'; out: string | null; seed: number; json: boolean }
  | (Common & { command: 'set'; stage: string })
  | (Common & { command: 'verify'; expect: { seq: number; hash: string } | null; file: string | null })
  | { command: 'migrate'; json: boolean }
  | (Common & { command: 'watch'; dryRun: boolean })
  | (Common & { command: (typeof PLAIN)[number]; limit: number });

const DEFAULT_LIMIT = '20';
const DEFAULT_SEED = '20261121';

/** Throws {@link BadInput}. */
export function readArguments(argv: string[]): Arguments {
  const { values, positionals } = parse(argv);
  if (values.help) return { command: 'help' };
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
        throw wrong('evaluate needs --plan FILE and --evidence FILE');
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
      if (stage === undefined) throw wrong('set needs a stage of the plan');
      return { ...common, command: name, stage };
    case 'verify':
      return { ...common, command: name, expect: linkOf(values.expect), file: values.file ?? null };
    case 'migrate':
      return { command: name, json: common.json };
    case 'watch':
      return { ...common, command: name, dryRun: values['dry-run'] ?? false };
    default: {
      const command = PLAIN.find((known) => known === name);
      if (command === undefined) throw wrong(`${name === '' ? 'no command' : name}: see --help`);
      return { ...common, command, limit: whole('limit', values.limit ?? DEFAULT_LIMIT) };
    }
  }
}

function linkOf(text: string | undefined): { seq: number; hash: string } | null {
  if (text === undefined) return null;
  const [, seq, hash] = /^(\d+):([0-9a-f]{8,64})$/.exec(text) ?? [];
  if (seq === undefined || hash === undefined) throw wrong('--expect takes SEQ:HASH, e.g. 12:3fa9c1d2e4b0');
  return { seq: Number(seq), hash };
}

function whole(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw wrong(`--${name} takes a whole number`);
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
        help: flag,
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
