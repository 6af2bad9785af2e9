import type { Core } from '@core-exit/interest-service/contract';
import { PAY_DEADLINES, type PayDeadlines, pay } from './flows/pay.ts';
import { quote, rehearse } from './flows/read.ts';
import type { Ask } from './line/ask.ts';

/** The legacy core behind the contract. */
export function legacyCore(ask: Ask, ready: () => boolean, deadlines: PayDeadlines = PAY_DEADLINES): Core {
  return {
    quote: (asked, at) => quote(ask, asked, at),
    pay: (asked, key, request) => pay(ask, asked, key, request, deadlines),
    rehearse: (asked, request) => rehearse(ask, asked, request),
    ready: async () => ready(),
  };
}
