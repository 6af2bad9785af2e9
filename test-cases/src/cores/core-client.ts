import { setTimeout as sleep } from 'node:timers/promises';
import { ON_BEHALF_OF } from '@core-exit/bank-contract';
import { Pool } from 'undici';
import type { Opened } from './case-ledger.sql.ts';
import type { Stack } from './stack.ts';

export const CORES = ['new', 'legacy'] as const;
export type CoreName = (typeof CORES)[number];

export type Basis = { businessDate: string; ledgerSeq: string };
export type CoreAnswer = { status: number; body: Record<string, unknown> };

/** The two cores over HTTP. Questions carry the service token and the customer; payouts the customer's own. */
export type Ask = {
  quote(core: CoreName, account: Opened, basis: Basis): Promise<CoreAnswer>;
  rehearse(core: CoreName, account: Opened, basis: Basis): Promise<CoreAnswer>;
  pay(core: CoreName, account: Opened, token: string, key: string): Promise<CoreAnswer>;
  close(): Promise<void>;
};

/** A core that says 503 or 429 is busy, not wrong: asked again with the same key nothing can happen twice. */
const TRIES = 4;
const BUSY = new Set([429, 503]);
const WAIT_MS = 250;
/** The longest row (ten years, day by day, on a busy machine) stays far below. */
const ANSWER_WITHIN_MS = 30_000;

export function askCores(stack: Stack, connections: number): Ask {
  const limits = { connections, headersTimeout: ANSWER_WITHIN_MS, bodyTimeout: ANSWER_WITHIN_MS };
  const pools = {
    new: new Pool(stack.interestService, limits),
    legacy: new Pool(stack.legacyAdapter, limits),
  } as const satisfies Record<CoreName, Pool>;

  const once = async (
    core: CoreName,
    method: 'GET' | 'POST',
    path: string,
    headers: Record<string, string>,
    body: object,
  ) => {
    const answer = await pools[core].request({
      method,
      path: `/v1/accounts/${path}`,
      headers: method === 'GET' ? headers : { ...headers, 'content-type': 'application/json' },
      ...(method === 'POST' && { body: JSON.stringify(body) }),
    });
    return { status: answer.statusCode, body: (await answer.body.json()) as Record<string, unknown> };
  };
  const call: typeof once = async (...question) => {
    for (let tries = 1; ; tries += 1) {
      const answer = await once(...question);
      if (!BUSY.has(answer.status) || tries === TRIES) return answer;
      await sleep(WAIT_MS * tries);
    }
  };
  const asCore = ({ customerId }: Opened) => ({
    authorization: `Bearer ${stack.tokens.service}`,
    [ON_BEHALF_OF]: customerId,
  });
  return {
    quote: (core, account, basis) =>
      call(
        core,
        'GET',
        `${account.accountNo}/interest?${new URLSearchParams(basis).toString()}`,
        asCore(account),
        {},
      ),
    rehearse: (core, account, basis) =>
      call(core, 'POST', `${account.accountNo}/interest-payouts/rehearsals`, asCore(account), { basis }),
    pay: (core, account, token, key) =>
      call(
        core,
        'POST',
        `${account.accountNo}/interest-payouts`,
        { authorization: `Bearer ${token}`, 'idempotency-key': key },
        {},
      ),
    async close() {
      await Promise.all([pools.new.close(), pools.legacy.close()]);
    },
  };
}
