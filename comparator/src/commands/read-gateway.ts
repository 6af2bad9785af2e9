import { EXIT } from '@core-exit/process/exit-codes';
import { Fault } from '@core-exit/process/faults';
import { readAdminUrl } from '../config.ts';
import { COMPARATOR_FAULTS } from '../faults.ts';
import { badCommandLine, type CommandRun, parseCommandLine } from './arguments.ts';

const HELP = `Reads from a running gateway (\`serve\` or \`try\`).

  comparator list [comparisons|signatures|alerts|verdicts] [--signature ID] [--verdict NAME] [--limit N] [--json]
  comparator show ID [--json]                                a mismatch or failure, whole and masked
  comparator evidence [--stage NAME] [--since INSTANT] [--json]   verdicts per stratum and times of both cores
  comparator evidence latency [--stage NAME] [--since INSTANT] [--json]   p50 and p99 of both cores, with bounds
  comparator evidence noise [--json]         how often the legacy core differs from itself, and whether the new core differs more

--admin URL is the address of the gateway's admin side (default: ADMIN_URL, else http://localhost:8081).
Exit: 0 answered · 1 there is no such comparison · 3 bad arguments · 4 the gateway does not answer
`;

const OPTIONS = {
  admin: { type: 'string' },
  signature: { type: 'string' },
  verdict: { type: 'string' },
  limit: { type: 'string' },
  stage: { type: 'string' },
  since: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;
const CONFIG = { options: OPTIONS, allowPositionals: true } as const;
const ANSWER_TIMEOUT_MS = 10_000;
const LISTS = ['comparisons', 'signatures', 'alerts', 'verdicts'];

type Name = 'list' | 'show' | 'evidence';

/** `comparator list`, `show` and `evidence`. */
export function readGatewayCommand(name: Name): CommandRun {
  return async (args) => {
    const { values, positionals } = parseCommandLine(args, CONFIG);
    if (values.help === true) {
      process.stdout.write(HELP);
      return EXIT.done;
    }
    const { status, body } = await get(
      `${(values.admin ?? readAdminUrl()).replace(/\/$/, '')}${pathOf(name, values, positionals)}`,
    );
    if (status === 404) {
      process.stderr.write('there is no such comparison; see comparator list\n');
      return EXIT.found;
    }
    if (status === 400) throw badCommandLine(JSON.stringify(body));
    if (status !== 200) throw new Fault(COMPARATOR_FAULTS.GATEWAY, `the gateway answered ${status}`);
    const lists = values.json === true ? [] : Object.values(body).filter((value) => Array.isArray(value));
    const isList = name === 'list' && lists.length === 1;
    const text = isList
      ? lists[0]?.map((row: unknown) => JSON.stringify(row)).join('\n')
      : JSON.stringify(body, null, values.json === true ? undefined : 2);
    process.stdout.write(`${text ?? ''}\n`);
    return EXIT.done;
  };
}

type Values = ReturnType<typeof parseCommandLine<typeof CONFIG>>['values'];

function pathOf(name: Name, values: Values, positionals: readonly string[]): string {
  const query = (...names: ('signature' | 'verdict' | 'limit' | 'stage' | 'since')[]): string => {
    const given = names.flatMap((one): [string, string][] => {
      const value = values[one];
      return value === undefined ? [] : [[one, value]];
    });
    return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
  };
  const [what = 'comparisons', ...rest] = positionals;
  if (name === 'evidence' && positionals.length === 0) return `/evidence${query('stage', 'since')}`;
  if (name === 'evidence' && rest.length === 0 && what === 'latency')
    return `/latency${query('stage', 'since')}`;
  if (name === 'evidence' && rest.length === 0 && what === 'noise') return '/noise';
  if (name === 'show' && positionals.length === 1) return `/comparisons/${encodeURIComponent(what)}`;
  if (name !== 'list' || !LISTS.includes(what) || rest.length > 0) {
    throw badCommandLine(`${name} ${positionals.join(' ')}: see comparator ${name} --help`);
  }
  return what === 'comparisons' ? `/comparisons${query('signature', 'verdict', 'limit')}` : `/${what}`;
}

async function get(url: string): Promise<{ status: number; body: object }> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    return { status: answer.status, body: (await answer.json()) as object };
  } catch (cause) {
    throw new Fault(COMPARATOR_FAULTS.GATEWAY, `${url} does not answer`, { cause });
  }
}
