import type { BankAuth } from '../bank/auth.ts';
import type { Customer } from '../bank/customers.ts';

/** A payout that a customer got as an answer. Only the customer's side keeps it, and the books are checked against it. */
export type AcknowledgedPayout = { payoutId: string; accountNo: string; net: string };

export type CustomerApp = {
  quote(customer: Customer): Promise<number>;
  /** Requests the payout. If the outcome is unknown, repeats the request with the same idempotency key. */
  getInterest(customer: Customer, idempotencyKey: string): Promise<number>;
  readonly acknowledged: AcknowledgedPayout[];
  /** Requests sent, with repeated ones. */
  readonly sent: () => number;
  /** Requests without an answer; the gateway may not have received them. */
  readonly unanswered: () => number;
};

const ATTEMPTS = 4;
const TIMEOUT_MS = 10_000;
/** No answer, or an answer that asks the customer to repeat the request. */
const REPEAT_AT = new Set([0, 503, 504]);

/** The bank's app on the phones of the customers; it calls the gateway. */
export function customerApp(gatewayUrl: string, auth: BankAuth): CustomerApp {
  const tokens = new Map<string, Promise<string>>();
  const acknowledged: AcknowledgedPayout[] = [];
  let sent = 0;
  let unanswered = 0;

  const call = async (customer: Customer, method: 'GET' | 'POST', path: string, idempotencyKey?: string) => {
    const { customerId, accountNo } = customer;
    const token = tokens.get(customerId) ?? auth.signToken({ sub: customerId });
    tokens.set(customerId, token);
    sent += 1;
    try {
      const answer = await fetch(`${gatewayUrl}/v1/accounts/${accountNo}/${path}`, {
        method,
        headers: {
          authorization: `Bearer ${await token}`,
          ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
        },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      return { status: answer.status, body: (await answer.json()) as AcknowledgedPayout };
    } catch {
      unanswered += 1;
      return { status: 0, body: null };
    }
  };

  return {
    acknowledged,
    sent: () => sent,
    unanswered: () => unanswered,
    quote: async (customer) => (await call(customer, 'GET', 'interest')).status,
    async getInterest(customer, idempotencyKey) {
      for (let attempt = 1; ; attempt += 1) {
        const { status, body } = await call(customer, 'POST', 'interest-payouts', idempotencyKey);
        if (body !== null && (status === 200 || status === 201)) {
          const { payoutId, net } = body;
          acknowledged.push({ payoutId, accountNo: customer.accountNo, net });
        }
        if (!REPEAT_AT.has(status) || attempt === ATTEMPTS) return status;
      }
    },
  };
}
