import type { ToldPayout } from '../invariants/invariants.ts';

export type PayoutAccount = { accountNo: string; customerId: string };

export type PayoutAnswer = { status: number; replayed: boolean; body: Record<string, unknown> };

/** Longer than any limit of the service, so that it is the service that ends a wait. */
const ANSWER_WITHIN_MS = 20_000;

/** Customers who ask for payouts over HTTP and keep a record of what they were told, and of what they do not know. */
export type PayoutClients = {
  /** The answer, or null when none came or it said that nothing is known: the outcome is unknown. */
  pay(url: string, account: PayoutAccount, key: string, body?: object): Promise<PayoutAnswer | null>;
  readonly told: ToldPayout[];
  /** Keys without a known outcome. */
  readonly unknown: Map<string, PayoutAccount>;
};

export function payoutClients(signToken: (claims: { sub: string }) => Promise<string>): PayoutClients {
  const told: ToldPayout[] = [];
  const unknown = new Map<string, PayoutAccount>();
  const tokens = new Map<string, Promise<string>>();
  const tokenOf = (sub: string) => {
    const token = tokens.get(sub) ?? signToken({ sub });
    tokens.set(sub, token);
    return token;
  };
  return {
    told,
    unknown,
    async pay(url, account, key, body = {}) {
      const { accountNo, customerId } = account;
      const headers = {
        authorization: `Bearer ${await tokenOf(customerId)}`,
        'idempotency-key': key,
        'content-type': 'application/json',
      };
      unknown.set(key, account);
      const answer = await ask(`${url}/v1/accounts/${accountNo}/interest-payouts`, headers, body).catch(
        () => null,
      );
      if (answer === null || answer.status >= 500) return null;
      unknown.delete(key);
      if (answer.status < 300) told.push(toldOf(key, answer.body));
      return answer;
    },
  };
}

async function ask(url: string, headers: Record<string, string>, body: object): Promise<PayoutAnswer> {
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal });
  return {
    status: response.status,
    replayed: response.headers.get('idempotency-replayed') === 'true',
    body: (await response.json()) as Record<string, unknown>,
  };
}

function toldOf(key: string, body: Record<string, unknown>): ToldPayout {
  const text = (name: string) => String(body[name]);
  return {
    key,
    payoutId: text('payoutId'),
    accountNo: text('accountNo'),
    gross: text('gross'),
    net: text('net'),
    balanceAfter: text('balanceAfter'),
  };
}
