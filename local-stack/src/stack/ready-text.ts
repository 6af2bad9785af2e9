import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { Bank } from '../bank/bank.ts';
import type { CustomerWithToken } from '../bank/customers.ts';
import { REPOSITORY } from '../run.ts';
import { fromRepository } from './environment-files.ts';

export type ReadyText = {
  bank: Bank;
  /** Null: no customer has interest to collect today. */
  customer: CustomerWithToken | null;
  environmentFiles: Readonly<Record<string, string>>;
};

/** Before each command that the stack prints; `$` is not part of the command. */
export const PROMPT = '  $ ';

/** What a person needs to try the bank: the admin address, an operator's token, environment files, and commands to paste. */
export function readyText({ bank, customer, environmentFiles }: ReadyText): string {
  const files = Object.entries(environmentFiles).map(([name, path]) => `  ${name.padEnd(20)} ${path}`);
  const run = (environment: string, program: string) =>
    `${nodeCommand()} --env-file=${environmentFiles[environment]} ${program}`;
  const commands = [
    run('comparator', 'comparator/src/main.ts list'),
    run('rollout', 'rollout/src/main.ts status'),
    run('interest-service', 'interest-service/src/main.ts reconcile'),
    ...(customer === null ? [] : [quoteCommand(bank.gatewayUrl, customer)]),
  ];
  return `gateway, for operators: ${bank.gatewayAdminUrl} (/evidence, /signatures, /verdicts, /metrics)
operator's token: ${bank.tokens.operator}
environment of each process, for node --env-file:
${files.join('\n')}
commands to paste, from the repository's root: comparisons, stage, tax books, a customer's quote
${commands.map((command) => PROMPT + command).join('\n')}`;
}

function quoteCommand(gatewayUrl: string, { token, accountNo }: CustomerWithToken): string {
  return `curl -s -H 'authorization: Bearer ${token}' ${gatewayUrl}/v1/accounts/${accountNo}/interest`;
}

/** This process's Node, because the `node` on the PATH may be too old to run TypeScript. */
function nodeCommand(): string {
  const short = join('node_modules', '.bin', 'node');
  const installed = join(REPOSITORY, short);
  if (existsSync(installed) && realpathSync(installed) === realpathSync(process.execPath)) return short;
  return fromRepository(process.execPath);
}
