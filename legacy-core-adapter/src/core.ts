import type { Core } from '@core-exit/bank-contract';
import { type PayPorts, pay } from './payout/payout.ts';
import { quote, rehearse } from './quote/quote.ts';

/** The legacy core as a core of the contract. */
export function legacyCore(ports: PayPorts, isReady: () => boolean): Core {
  const { send } = ports;
  return {
    quote: (account, at) => quote(send, account, at),
    pay: (account, idempotencyKey, body) => pay(ports, account, idempotencyKey, body),
    rehearse: (account, body) => rehearse(send, account, body),
    ready: async () => isReady(),
  };
}
