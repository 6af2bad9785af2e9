import type { Core } from '@core-exit/bank-contract';
import { type PayPorts, pay } from './payout/payout.ts';
import { quote, rehearse } from './quote/quote.ts';

/** The legacy core behind the contract. */
export function legacyCore(ports: PayPorts, ready: () => boolean): Core {
  const { ask } = ports;
  return {
    quote: (asked, at) => quote(ask, asked, at),
    pay: (asked, key, request) => pay(ports, asked, key, request),
    rehearse: (asked, request) => rehearse(ask, asked, request),
    ready: async () => ready(),
  };
}
