import { setTimeout as pause } from 'node:timers/promises';
import { IDEMPOTENCY_KEY_HEADER, ON_BEHALF_OF } from '@core-exit/bank-contract';
import { Pool } from 'undici';
import type { Opened } from './case-ledger.sql.ts';
import type { Stack } from './stack.ts';

export const CORES = ['new', 'legacy'] as const;
export type CoreName = (typeof CORES)[number];

export type Basis = { businessDate: string; ledgerSeq: string };
export type CoreAnswer = { status: number; body: Record<string, unknown> };

/** The two cores over HTTP. Quotes and rehearsals use the service token and name the customer; payouts use the customer's token. */
export type CoreClient = {
  quote(core: CoreName, account: Opened, basis: Basis): Promise<CoreAnswer>;
  rehearse(core: CoreName, account: Opened, basis: Basis): Promise<CoreAnswer>;
  pay(core: CoreName, account: Opened, token: string, idempotencyKey: string): Promise<CoreAnswer>;
  close(): Promise<void>;
};

/** 503 and 429 mean that a core is busy. A retry with the same idempotency key pays only once. */
const TRIES = 4;
const BUSY = new Set([429, 503]);
const WAIT_MS = 250;
/** The longest row (ten years, day by day, on a busy machine) takes much less. */
const ANSWER_WITHIN_MS = 30_000;

export function coreClient(stack: Stack, connections: number): CoreClient {
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
  const call: typeof once = async (...request) => {
    for (let tries = 1; ; tries += 1) {
      const answer = await once(...request);
      if (!BUSY.has(answer.status) || tries === TRIES) return answer;
      await pause(WAIT_MS * tries);
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
    pay: (core, account, token, idempotencyKey) =>
      call(
        core,
        'POST',
        `${account.accountNo}/interest-payouts`,
        { authorization: `Bearer ${token}`, [IDEMPOTENCY_KEY_HEADER]: idempotencyKey },
        {},
      ),
    async close() {
      await Promise.all([pools.new.close(), pools.legacy.close()]);
    },
  };
}
