import { parseArgs } from 'node:util';
import { readAdminUrl } from '../config.ts';
import { BadInput, Fault } from '../faults.ts';
import { EXIT } from './exit.ts';

const HELP = `Asks a running gateway (\`serve\` or \`try\`).

  comparator list [comparisons|signatures|alerts|verdicts] [--signature ID] [--verdict NAME] [--limit N] [--json]
  comparator show ID [--json]                                a mismatch or failure, whole and masked
  comparator evidence [--stage NAME] [--since INSTANT] [--json]   verdicts per stratum and times of both cores
  comparator evidence latency [--stage NAME] [--since INSTANT] [--json]   p50 and p99 of both cores, with bounds
  comparator evidence noise [--json]         how often the legacy core differs from itself, and whether the new one differs more

--admin URL names the gateway's admin side; else ADMIN_URL, else http://localhost:8081.
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
const ANSWER_TIMEOUT_MS = 10_000;
const LISTS = ['comparisons', 'signatures', 'alerts', 'verdicts'];

/** `comparator list`, `show` and `evidence`. */
export function askCommand(name: 'list' | 'show' | 'evidence'): (args: readonly string[]) => Promise<number> {
  return async (args) => {
    const { values, positionals } = parsed(args);
    if (values.help === true) {
      process.stdout.write(HELP);
      return EXIT.done;
    }
    const { status, body } = await get(
      `${(values.admin ?? readAdminUrl()).replace(/\/$/, '')}${pathOf(name, values, positionals)}`,
    );
    if (status === 404) {
      process.stderr.write('no such comparison: comparator list\n');
      return EXIT.different;
    }
    if (status === 400) throw new BadInput('the command line', [JSON.stringify(body)]);
    if (status !== 200) throw new Fault('GATEWAY', `the gateway answered ${status}`, 'look at its log');
    const lists = values.json === true ? [] : Object.values(body).filter((value) => Array.isArray(value));
    const isList = name === 'list' && lists.length === 1;
    const text = isList
      ? lists[0]?.map((row: unknown) => JSON.stringify(row)).join('\n')
      : JSON.stringify(body, null, values.json === true ? undefined : 2);
    process.stdout.write(`${text ?? ''}\n`);
    return EXIT.done;
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new BadInput('the command line', [(error as Error).message]);
  }
}

type Values = ReturnType<typeof parsed>['values'];

function pathOf(name: 'list' | 'show' | 'evidence', values: Values, positionals: readonly string[]): string {
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
    throw new BadInput('the command line', [
      `${name} ${positionals.join(' ')}: see comparator ${name} --help`,
    ]);
  }
  return what === 'comparisons' ? `/comparisons${query('signature', 'verdict', 'limit')}` : `/${what}`;
}

async function get(url: string): Promise<{ status: number; body: object }> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    return { status: answer.status, body: (await answer.json()) as object };
  } catch (cause) {
    throw new Fault(
      'GATEWAY',
      `${url} does not answer`,
      'name the admin side of a running gateway by --admin',
      { cause },
    );
  }
}
