import type { AcknowledgedPayout } from '../invariants/invariants.ts';

export type PayoutAccount = { accountNo: string; customerId: string };

export type PayoutAnswer = { status: number; replayed: boolean; body: Record<string, unknown> };

/** Longer than any limit of the service, so that the service ends each wait. */
const ANSWER_WITHIN_MS = 20_000;

/** Customers who send payout requests over HTTP and record the acknowledged payouts and the unknown outcomes. */
export type PayoutClients = {
  /** The answer; null if the outcome is unknown, because there was no answer or a 5xx one. */
  pay(
    url: string,
    account: PayoutAccount,
    idempotencyKey: string,
    body?: object,
  ): Promise<PayoutAnswer | null>;
  readonly acknowledged: AcknowledgedPayout[];
  /** Idempotency keys without a known outcome. */
  readonly unknown: Map<string, PayoutAccount>;
};

export function payoutClients(signToken: (claims: { sub: string }) => Promise<string>): PayoutClients {
  const acknowledged: AcknowledgedPayout[] = [];
  const unknown = new Map<string, PayoutAccount>();
  const tokens = new Map<string, Promise<string>>();
  const tokenOf = (sub: string) => {
    const token = tokens.get(sub) ?? signToken({ sub });
    tokens.set(sub, token);
    return token;
  };
  return {
    acknowledged,
    unknown,
    async pay(url, account, idempotencyKey, body = {}) {
      const { accountNo, customerId } = account;
      const headers = {
        authorization: `Bearer ${await tokenOf(customerId)}`,
        'idempotency-key': idempotencyKey,
        'content-type': 'application/json',
      };
      unknown.set(idempotencyKey, account);
      const answer = await post(`${url}/v1/accounts/${accountNo}/interest-payouts`, headers, body).catch(
        () => null,
      );
      if (answer === null || answer.status >= 500) return null;
      unknown.delete(idempotencyKey);
      if (answer.status < 300) acknowledged.push(acknowledgedOf(idempotencyKey, answer.body));
      return answer;
    },
  };
}

async function post(url: string, headers: Record<string, string>, body: object): Promise<PayoutAnswer> {
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal });
  return {
    status: response.status,
    replayed: response.headers.get('idempotency-replayed') === 'true',
    body: (await response.json()) as Record<string, unknown>,
  };
}

function acknowledgedOf(idempotencyKey: string, body: Record<string, unknown>): AcknowledgedPayout {
  const text = (name: string) => String(body[name]);
  return {
    idempotencyKey,
    payoutId: text('payoutId'),
    accountNo: text('accountNo'),
    gross: text('gross'),
    net: text('net'),
    balanceAfter: text('balanceAfter'),
  };
}
