import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchBank } from './bank.ts';

export type SteadyLoad = { latenciesMs: number[]; notOk: number; sent: number };

/** The connections are opened in the first second. */
const WARM_UP_SECONDS = 1;

/**
 * Sends payouts at a constant rate, whether or not earlier ones were answered. Latency counts from the time when a request was
 * due, so that a stall of the service is counted for each request that it delays.
 */
export async function steadyLoad(
  bank: BenchBank,
  url: string,
  { perSecond, seconds, round }: { perSecond: number; seconds: number; round: number },
): Promise<SteadyLoad> {
  const accounts = readFileSync(bank.accountsFile, 'utf8').trimEnd().split('\n');
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const total = Math.min(Math.floor(perSecond * (WARM_UP_SECONDS + seconds)), accounts.length);
  const latenciesMs: number[] = [];
  let notOk = 0;
  const answers: Promise<void>[] = [];
  const begun = performance.now();
  for (let i = 0; i < total; i += 1) {
    const due = begun + (i * 1_000) / perSecond;
    const early = due - performance.now();
    if (early > 0) await sleep(early);
    const [accountNo = '', token = ''] = accounts[i]?.split(' ') ?? [];
    answers.push(
      pay(agent, url, { accountNo, token, key: `steady-${round}-${accountNo}` }).then((status) => {
        if (i >= perSecond * WARM_UP_SECONDS) latenciesMs.push(performance.now() - due);
        if (status !== 201) notOk += 1;
      }),
    );
  }
  await Promise.all(answers);
  agent.destroy();
  return { latenciesMs, notOk, sent: total };
}

function pay(
  agent: Agent,
  url: string,
  { accountNo, token, key }: { accountNo: string; token: string; key: string },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `${url}/v1/accounts/${accountNo}/interest-payouts`,
      { agent, method: 'POST', headers: { authorization: `Bearer ${token}`, 'idempotency-key': key } },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}
