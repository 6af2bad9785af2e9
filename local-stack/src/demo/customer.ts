import type { BankAuth } from '../bank/auth.ts';
import type { Customer } from '../bank/customers.ts';

/** What a customer was told, kept by the customer's side alone: the books are checked against it. */
export type Told = { payoutId: string; accountNo: string; net: string };

export type CustomerApp = {
  quote(customer: Customer): Promise<number>;
  /** Asks for the interest; on no clear answer asks again with the same key, as the contract says. */
  getInterest(customer: Customer, key: string): Promise<number>;
  readonly told: Told[];
  /** Requests sent, repeats included. */
  readonly sent: () => number;
  /** Those that got no answer at all; they may never have arrived. */
  readonly unanswered: () => number;
};

const ATTEMPTS = 4;
const TIMEOUT_MS = 10_000;
/** After these the customer does not know, or is told to come back. */
const ASK_AGAIN = new Set([0, 503, 504]);

/** Customers' phones in front of the gateway. */
export function customerApp(gatewayUrl: string, auth: BankAuth): CustomerApp {
  const tokens = new Map<string, Promise<string>>();
  const told: Told[] = [];
  let sent = 0;
  let unanswered = 0;

  const call = async (customer: Customer, method: 'GET' | 'POST', path: string, key?: string) => {
    const { customerId, accountNo } = customer;
    const token = tokens.get(customerId) ?? auth.signToken({ sub: customerId });
    tokens.set(customerId, token);
    sent += 1;
    try {
      const answer = await fetch(`${gatewayUrl}/v1/accounts/${accountNo}/${path}`, {
        method,
        headers: { authorization: `Bearer ${await token}`, ...(key && { 'idempotency-key': key }) },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      return { status: answer.status, body: (await answer.json()) as Told };
    } catch {
      unanswered += 1;
      return { status: 0, body: null };
    }
  };

  return {
    told,
    sent: () => sent,
    unanswered: () => unanswered,
    quote: async (customer) => (await call(customer, 'GET', 'interest')).status,
    async getInterest(customer, key) {
      for (let attempt = 1; ; attempt += 1) {
        const { status, body } = await call(customer, 'POST', 'interest-payouts', key);
        if (body !== null && (status === 200 || status === 201)) {
          told.push({ payoutId: body.payoutId, accountNo: customer.accountNo, net: body.net });
        }
        if (!ASK_AGAIN.has(status) || attempt === ATTEMPTS) return status;
      }
    },
  };
}
