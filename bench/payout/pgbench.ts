import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  LIVE_LIMITS,
  LOCK_ACCOUNT,
  optionsOf,
  type Prepared,
  READ_ACCOUNT,
  WRITE_PAYOUT,
  WRITE_REFUSAL,
} from '@core-exit/interest-service/payout-path';
import { ACCOUNTS_PER_CUSTOMER, type BenchBank, FIRST_ACCOUNT } from './bank.ts';

const run = promisify(execFile);

/** The amounts of one day's interest on 50,000,000 won. pgbench computes nothing and always pays these amounts. */
const CONSTANTS = {
  net: '2329',
  gl_codes: '{INTEREST_EXPENSE,CUSTOMER_DEPOSIT,WITHHELD_INCOME_TAX,WITHHELD_LOCAL_TAX}',
  line_amounts: '{2739,-2329,-380,-30}',
  request_hash: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  memo: 'bench',
  trace_id: '00000000000000000000000000000000',
  code: 'ALREADY_PAID_TODAY',
  reasons: '{}',
  problem:
    '{"type":"urn:problem:interest:already-paid-today","title":"Interest was already paid today","status":409,"code":"ALREADY_PAID_TODAY","basis":{"businessDate":"2026-01-01","ledgerSeq":"2"}}',
  gross: '2739',
  income_tax: '380',
  local_tax: '30',
  farm_tax: '0',
  tax_class: 'resident',
  tax_rule_version: 'bench',
  event:
    '{"kind":"INTEREST_PAID","schemaVersion":"1.0","payoutId":"019a0000-0000-7000-8000-000000000000","accountNo":"100900000001","customerId":"C900000000","businessDate":"2026-01-01","basisSeq":"1","taxClass":"resident","taxRuleVersion":"bench","gross":"2739","incomeTax":"380","localTax":"30","farmTax":"0","net":"2329"}',
} as const;

/** The statement with pgbench's variables instead of $1, $2 and so on. The bytes on the wire are the same. */
function withVariables({ text }: Prepared, variables: readonly string[]): string {
  let filled = text;
  for (const [i, name] of variables.entries()) {
    const places = [...filled.matchAll(new RegExp(`\\$${i + 1}(?![0-9])`, 'g'))];
    if (places.length !== 1) throw new Error(`$${i + 1} must occur once in: ${text}`);
    filled = filled.replace(places[0]?.[0] ?? '', `:${name}`);
  }
  if (/\$[0-9]/.test(filled)) throw new Error(`a parameter was left over in: ${filled}`);
  return filled;
}

const PICK_ACCOUNT = `
\\set n :n + 1
\\set c permute((:n / ${ACCOUNTS_PER_CUSTOMER}) * :clients + :client_id, :customers, :round)
\\set account_no ${FIRST_ACCOUNT} + :c * ${ACCOUNTS_PER_CUSTOMER} + :n % ${ACCOUNTS_PER_CUSTOMER}
\\set key :account_no * 1000 + :round
\\if :n % ${ACCOUNTS_PER_CUSTOMER} = 0
select customer_id as customer from core.account where account_no = :account_no \\gset
\\endif
`;

const WRITE_VARIABLES = [
  'account_no',
  'r_ledger_seq',
  'net',
  'r_payout_id',
  'r_business_date',
  'gl_codes',
  'line_amounts',
  'customer',
  'key',
  'request_hash',
  'memo',
  'r_paid_through',
  'gross',
  'income_tax',
  'local_tax',
  'farm_tax',
  'tax_class',
  'tax_rule_version',
  'event',
];

/** The service's statements as a script, without any computation. It has three round trips, because pgbench reads no row inside a pipeline. */
const BODY = `
\\startpipeline
begin isolation level read committed;
${withVariables(LOCK_ACCOUNT, ['account_no', 'customer'])};
\\endpipeline
${withVariables(READ_ACCOUNT, ['key', 'account_no'])} \\gset r_
\\startpipeline
${withVariables(WRITE_PAYOUT, WRITE_VARIABLES)};
commit;
\\endpipeline
`;

/** All clients at one account that was paid today: locked, read, refused, written and committed, one after the other. */
const HOT = `
\\set n :n + 1
\\set account_no ${FIRST_ACCOUNT}
\\set key (:round * 1000 + :client_id) * 10000000 + :n
\\if :n = 0
select customer_id as customer from core.account where account_no = :account_no \\gset
\\endif
\\startpipeline
begin isolation level read committed;
${withVariables(LOCK_ACCOUNT, ['account_no', 'customer'])};
\\endpipeline
${withVariables(READ_ACCOUNT, ['key', 'account_no'])} \\gset r_
\\startpipeline
${withVariables(WRITE_REFUSAL, ['customer', 'key', 'request_hash', 'problem', 'account_no', 'trace_id', 'r_business_date', 'r_ledger_seq', 'code', 'reasons'])};
commit;
\\endpipeline
`;

export const SCRIPTS = {
  hot: HOT,
  statements: PICK_ACCOUNT + BODY,
  function: `${PICK_ACCOUNT}select bench_pay(:account_no, :customer, :key);\n`,
};

/** Lock, read and write in one SQL function, without a client between the statements. */
export function functionSql(): string {
  const fill = ({ text }: Prepared, names: readonly string[]) =>
    names.reduce((sql, name, i) => sql.replace(new RegExp(`\\$${i + 1}(?![0-9])`), name), text);
  const values = WRITE_VARIABLES.map((name) => {
    if (name === 'account_no' || name === 'customer' || name === 'key') return `p_${name}`;
    if (name.startsWith('r_')) return `r.${name.slice(2)}`;
    return `'${CONSTANTS[name as keyof typeof CONSTANTS]}'`;
  });
  return `
create or replace function bench_pay(p_account_no text, p_customer text, p_key text) returns bigint
language plpgsql as $function$
#variable_conflict use_column
declare
  r record;
begin
  perform from (${fill(LOCK_ACCOUNT, ['p_account_no', 'p_customer'])}) l;
  for r in ${fill(READ_ACCOUNT, ['p_key', 'p_account_no'])} loop end loop;
  for r in ${fill(WRITE_PAYOUT, values)} loop end loop;
  return r.balance_after;
end
$function$`;
}

/** All payouts, and the seconds that they take at the rate of a warm server. */
export type PgbenchResult = { payouts: number; seconds: number };
type Options = { seconds: number; clients: number; round: number };

export async function pgbench(
  bank: BenchBank,
  script: keyof typeof SCRIPTS,
  options: Options,
): Promise<PgbenchResult> {
  const seconds = options.seconds + WARM_UP_SECONDS;
  const { stdout, stderr } = await runPgbench(bank, script, { ...options, seconds }, ['--progress=1']);
  const payouts = Number(/number of transactions actually processed: ([0-9]+)/.exec(stdout)?.[1]);
  if (!/number of failed transactions: 0 /.test(stdout) || !(payouts > 0))
    throw new Error(`pgbench failed:\n${stdout}`);
  const perSecond = [...stderr.matchAll(/^progress: [0-9.]+ s, ([0-9.]+) tps/gm)].map(([, tps]) =>
    Number(tps),
  );
  const warm = perSecond.slice(WARM_UP_SECONDS);
  const rate = warm.reduce((sum, tps) => sum + tps, 0) / warm.length;
  if (!(rate > 0)) throw new Error(`pgbench printed no progress:\n${stderr}`);
  return { payouts, seconds: payouts / rate };
}

/** In its first second pgbench opens connections and plans statements, which a running service has done before. */
const WARM_UP_SECONDS = 1;

/** Payouts at a constant rate; milliseconds of each from the time when it was due. */
export async function pgbenchAtRate(
  bank: BenchBank,
  { perSecond, ...options }: Options & { perSecond: number },
): Promise<number[]> {
  const prefix = join(bank.directory, `paced-${options.round}`);
  const pace = [`--rate=${perSecond}`, '--log', `--log-prefix=${prefix}`];
  await runPgbench(bank, 'statements', { ...options, seconds: options.seconds + WARM_UP_SECONDS }, pace);
  // client, its transaction, microseconds from when it was due, script, second and microsecond of its end, lag
  const rows = readdirSync(bank.directory)
    .filter((file) => file.startsWith(`paced-${options.round}.`))
    .flatMap((file) => readFileSync(join(bank.directory, file), 'utf8').trimEnd().split('\n'))
    .map((line) => line.split(' ').map(Number));
  const from = Math.min(...rows.map(([, , , , second = 0]) => second)) + WARM_UP_SECONDS;
  return rows.filter(([, , , , second = 0]) => second > from).map(([, , us = Number.NaN]) => us / 1_000);
}

async function runPgbench(
  bank: BenchBank,
  script: keyof typeof SCRIPTS,
  { seconds, clients, round }: Options,
  more: readonly string[] = [],
): Promise<{ stdout: string; stderr: string }> {
  const file = join(bank.directory, `${script}.sql`);
  writeFileSync(file, SCRIPTS[script]);
  const variables = { ...CONSTANTS, n: -1, clients, customers: bank.customers, round };
  return await run(
    'pgbench',
    [
      '--no-vacuum',
      '--protocol=prepared',
      `--file=${file}`,
      `--time=${seconds}`,
      `--client=${clients}`,
      '--jobs=1',
      ...more,
      ...Object.entries(variables).map(([name, value]) => `--define=${name}=${value}`),
      inSession(bank.serviceUrl),
    ],
    { maxBuffer: 1 << 20 },
  );
}

/** With the limits and plan settings of the service's own connections. */
function inSession(address: string): string {
  const url = new URL(address);
  url.search = `?options=${encodeURIComponent(optionsOf(LIVE_LIMITS.session))}`;
  return url.href;
}
