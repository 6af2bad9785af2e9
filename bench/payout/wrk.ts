import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BenchBank } from './bank.ts';

const run = promisify(execFile);

/** Each request is for another account. The stride through the accounts has no common factor with their number. */
const SCRIPT = `
local accounts, tokens, n = {}, {}, 0
function init(args)
  round = args[2]
  stride = tonumber(args[3])
  for line in io.lines(args[1]) do
    local account, token = line:match("^(%S+) (%S+)")
    n = n + 1
    accounts[n], tokens[n] = account, token
  end
  i = 0
end
function request()
  i = i + 1
  local k = (i * stride) % n + 1
  return wrk.format("POST", "/v1/accounts/" .. accounts[k] .. "/interest-payouts", {
    ["authorization"] = "Bearer " .. tokens[k],
    ["idempotency-key"] = "bench-" .. round .. "-" .. accounts[k],
    ["content-type"] = "application/json"
  }, '{"memo":"bench"}')
end
`;

/** All requests are for the first account, each with its own idempotency key. */
const HOT_SCRIPT = `
function init(args)
  for line in io.lines(args[1]) do
    account, token = line:match("^(%S+) (%S+)")
    break
  end
  round, i = args[2], 0
end
function request()
  i = i + 1
  return wrk.format("POST", "/v1/accounts/" .. account .. "/interest-payouts", {
    ["authorization"] = "Bearer " .. token, ["idempotency-key"] = "hot-" .. round .. "-" .. i
  })
end
`;

type WrkOptions = { seconds: number; connections: number; round: number; hot?: boolean };
export type WrkResult = { requests: number; notOk: number; seconds: number };

export async function wrk(
  bank: BenchBank,
  url: string,
  { seconds, connections, round, hot = false }: WrkOptions,
): Promise<WrkResult> {
  const file = join(bank.directory, hot ? 'hot.lua' : 'payout.lua');
  writeFileSync(file, hot ? HOT_SCRIPT : SCRIPT);
  const { stdout } = await run('wrk', [
    '--threads=1',
    `--connections=${connections}`,
    `--duration=${seconds}s`,
    `--script=${file}`,
    url,
    '--',
    bank.accountsFile,
    String(round),
    String(strideFor(bank.accounts)),
  ]);
  const requests = Number(/([0-9]+) requests in/.exec(stdout)?.[1]);
  const took = Number(/requests in ([0-9.]+)s/.exec(stdout)?.[1]);
  const notOk = Number(/Non-2xx or 3xx responses: ([0-9]+)/.exec(stdout)?.[1] ?? 0);
  if (!(requests > 0)) throw new Error(`wrk failed:\n${stdout}`);
  return { requests, notOk, seconds: took };
}

function strideFor(accounts: number): number {
  const factor = (a: number, b: number): number => (b === 0 ? a : factor(b, a % b));
  let stride = Math.floor(accounts * 0.618);
  while (factor(stride, accounts) !== 1) stride += 1;
  return stride;
}
