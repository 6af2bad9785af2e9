import { parseArgs } from 'node:util';
import { readTriageConfig } from '../config.ts';
import { BadInput } from '../faults.ts';
import { openDatabase } from '../store/database.ts';
import { TRIAGE_STATES, type Triage, type TriageState, triage } from '../store/triage.ts';
import { EXIT } from './exit.ts';

const HELP = `Says what becomes of a signature.

  comparator triage SIGNATURE --state acknowledged|expected|fixed --by NAME [--owner NAME] [--note TEXT]
                    [--until YYYY-MM-DD] [--json]

acknowledged: somebody has it · expected: right as it is, until a day (--until), by a rule that is to be written
fixed: must not be seen again; seen again it is reopened by itself, and told
Environment: DATABASE_URL [ADMIN_URL]. Exit: 0 done · 1 no such signature, or it is so already · 3 bad arguments
`;

const OPTIONS = {
  state: { type: 'string' },
  by: { type: 'string' },
  owner: { type: 'string' },
  note: { type: 'string' },
  until: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;
const MAX_NOTE = 500;

/** `comparator triage`. */
export async function triageCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parsed(args);
  if (values.help === true) {
    process.stdout.write(HELP);
    return EXIT.done;
  }
  const change = changeOf(values, positionals);
  const { databaseUrl, adminUrl } = readTriageConfig();
  const pool = openDatabase(databaseUrl, () => undefined);
  try {
    const result = await triage(pool, change, adminUrl);
    const text =
      result.kind === 'changed'
        ? `${change.signature}: ${result.from} -> ${change.to}`
        : result.kind === 'unknown'
          ? `${change.signature}: no such signature (comparator list signatures)`
          : `${change.signature} is ${result.state} already`;
    process.stdout.write(
      values.json === true ? `${JSON.stringify({ signature: change.signature, ...result })}\n` : `${text}\n`,
    );
    return result.kind === 'changed' ? EXIT.done : EXIT.different;
  } finally {
    await pool.end();
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new BadInput('the command line', [(error as Error).message]);
  }
}

type Values = ReturnType<typeof parsed>['values'];

function changeOf({ state, by, owner, note = '', until }: Values, positionals: readonly string[]): Triage {
  const found: string[] = [];
  if (positionals.length !== 1) found.push('one SIGNATURE is due');
  if (!TRIAGE_STATES.includes(state as TriageState))
    found.push(`--state is one of ${TRIAGE_STATES.join(', ')}`);
  if (!by) found.push('--by NAME is due: who says so');
  if (note.length > MAX_NOTE) found.push(`--note has more than ${MAX_NOTE} characters`);
  const isDay = until !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(until) && !Number.isNaN(Date.parse(until));
  if (state === 'expected' && !isDay) found.push('--until YYYY-MM-DD is due: nothing is expected for ever');
  if (state !== 'expected' && until !== undefined) found.push('--until goes with --state expected only');
  if (found.length > 0) throw new BadInput('the command line', found);
  return {
    signature: positionals[0] as string,
    to: state as TriageState,
    by: by as string,
    owner: owner ?? (by as string),
    note: note === '' ? null : note,
    until: until ?? null,
  };
}
