import { benchAdapter } from './adapter.ts';
import { benchAudit } from './audit.ts';
import { benchCapitalise } from './capitalise.ts';
import { benchDecision } from './decision.ts';
import { benchDomain } from './domain.ts';
import { benchEngine } from './engine.ts';
import type { BenchOptions } from './figures.ts';
import { benchFaults } from './gateway/fault-matrix.ts';
import { benchGatewayMemory } from './gateway/memory.ts';
import { benchGateway } from './gateway.ts';
import { benchLegacy } from './legacy.ts';
import { benchPayout } from './payout.ts';
import { benchPayoutMemory } from './payout-memory.ts';
import type { Prerequisite } from './prerequisites.ts';
import { benchQuote } from './quote.ts';
import { benchShadow } from './shadow.ts';
import { benchStop } from './stop.ts';
import { benchSweep } from './sweep.ts';
import { benchTax } from './tax.ts';
import { benchTelegram } from './telegram.ts';

export type Bench = {
  /** For `--help`. */
  about: string;
  /** Programs besides Node and the parts of the stack. */
  needs: readonly Prerequisite[];
  /** Prints the figures and returns whether every result was right. */
  run: (options: BenchOptions) => boolean | Promise<boolean>;
};

export const BENCHES: Record<string, Bench> = {
  adapter: {
    about:
      "time that the adapter's line adds to a bare TCP echo; a thousand calls in flight on eight sessions",
    needs: [],
    run: benchAdapter,
  },
  audit: {
    about: 'opening seal and audit: accounts/s, memory, exit codes, resuming after SIGKILL; --accounts=N',
    needs: [],
    run: benchAudit,
  },
  capitalise: {
    about: 'posting day: accounts/s by chunk and number of runners; latency of deposits at the same time',
    needs: [],
    run: benchCapitalise,
  },
  decision: {
    about: 'microseconds of one decision of the rollout, through the Unleash client',
    needs: [],
    run: benchDecision,
  },
  domain: {
    about: 'microseconds of one quote in the pure domain; cost by number of balance changes and days',
    needs: [],
    run: benchDomain,
  },
  engine: {
    about: 'microseconds of one comparison, and which differences are found, beside other libraries',
    needs: [],
    run: benchEngine,
  },
  faults: {
    about:
      "customer's p50 and p99, memory and verdicts with each fault of a shadow, and without one; --fault=NAME",
    needs: [],
    run: benchFaults,
  },
  gateway: {
    about: 'the gateway without a shadow, as try and serve start it, beside nginx and a bare Fastify proxy',
    needs: ['nginx', 'wrk'],
    run: benchGateway,
  },
  'gateway-memory': {
    about: 'resident memory of the gateway over 100,000 requests with each of four faults',
    needs: [],
    run: benchGatewayMemory,
  },
  legacy: {
    about: 'statements, row writes, round trips and latency of one legacy payout beside one new payout',
    needs: [],
    run: benchLegacy,
  },
  payout: {
    about:
      'payouts/s of each layer, from pgbench with the same statements to the whole service; one hot account',
    needs: ['pgbench', 'wrk'],
    run: benchPayout,
  },
  'payout-memory': {
    about: 'resident memory of an instance over 200,000 payouts',
    needs: ['wrk'],
    run: benchPayoutMemory,
  },
  quote: {
    about: 'quotes/s from the cache, after a cache miss and without a cache; memory',
    needs: [],
    run: benchQuote,
  },
  shadow: {
    about: 'a fast, a slow and a hanging shadow, beside nginx mirror, scientist, tzientist and LaunchDarkly',
    needs: ['nginx', 'wrk'],
    run: benchShadow,
  },
  stop: {
    about:
      "time from a mismatch or 'rollout stop' to the last request on the new core, with and without Unleash",
    needs: [],
    run: benchStop,
  },
  sweep: {
    about: 'accounts/s of a sweep, and its memory, from 10,000 to 1,000,000 accounts',
    needs: [],
    run: benchSweep,
  },
  tax: {
    about:
      'payouts to tax lines through Kafka: events/s, latency at 70 % load; two Kafka clients side by side',
    needs: ['java', 'wrk'],
    run: benchTax,
  },
  telegram: {
    about: 'telegrams encoded and decoded per second',
    needs: [],
    run: benchTelegram,
  },
};
