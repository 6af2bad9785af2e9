import { EXIT } from '@core-exit/process/exit-codes';
import { readTriageConfig } from '../config.ts';
import { openDatabase } from '../store/database.ts';
import { TRIAGE_STATES, type Triage, type TriageState, triage } from '../store/triage.sql.ts';
import { badCommandLine, parseCommandLine } from './arguments.ts';

const HELP = `Records what a person decided about a signature.

  comparator triage SIGNATURE --state acknowledged|expected|fixed --by NAME [--owner NAME] [--note TEXT]
                    [--until YYYY-MM-DD] [--json]

acknowledged: a person works on it · expected: the difference is right until a day (--until); a rule for it must be written
fixed: the difference must not appear again; if it does, the signature is reopened and an alert is sent
Environment: DATABASE_URL [ADMIN_URL]
Exit: 0 done · 1 no such signature, or the signature has this state already · 3 bad arguments · 4 a fault
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
const CONFIG = { options: OPTIONS, allowPositionals: true } as const;
const MAX_NOTE = 500;

/** `comparator triage`. */
export async function triageCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(args, CONFIG);
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
          ? `${change.signature}: there is no such signature; see comparator list signatures`
          : `${change.signature} is ${result.state} already`;
    process.stdout.write(
      values.json === true ? `${JSON.stringify({ signature: change.signature, ...result })}\n` : `${text}\n`,
    );
    return result.kind === 'changed' ? EXIT.done : EXIT.found;
  } finally {
    await pool.end();
  }
}

type Values = ReturnType<typeof parseCommandLine<typeof CONFIG>>['values'];

function changeOf({ state, by, owner, note = '', until }: Values, positionals: readonly string[]): Triage {
  const found: string[] = [];
  if (positionals.length !== 1) found.push('one SIGNATURE is needed');
  if (!TRIAGE_STATES.includes(state as TriageState))
    found.push(`--state must be one of ${TRIAGE_STATES.join(', ')}`);
  if (!by) found.push('--by NAME is needed: the person who decided');
  if (note.length > MAX_NOTE) found.push(`--note has more than ${MAX_NOTE} characters`);
  const isDay = until !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(until) && !Number.isNaN(Date.parse(until));
  if (state === 'expected' && !isDay)
    found.push('--until YYYY-MM-DD is needed, because an expectation must end');
  if (state !== 'expected' && until !== undefined)
    found.push('--until is allowed with --state expected only');
  if (found.length > 0) throw badCommandLine(...found);
  return {
    signature: positionals[0] as string,
    to: state as TriageState,
    by: by as string,
    owner: owner ?? (by as string),
    note: note === '' ? null : note,
    until: until ?? null,
  };
}
