import { benchAdapter } from './adapter.ts';
import { benchAudit } from './audit.ts';
import { benchCapitalise } from './capitalise.ts';
import { benchDecision } from './decision.ts';
import { benchDomain } from './domain.ts';
import { benchEngine } from './engine.ts';
import type { BenchOptions } from './figures.ts';
import { benchFaults } from './gateway/fault-matrix.ts';
import { FAULTS } from './gateway/faults.ts';
import { benchGatewayMemory } from './gateway/memory.ts';
import { benchGateway } from './gateway.ts';
import { benchLegacy } from './legacy.ts';
import { benchPayout } from './payout.ts';
import { benchPayoutMemory } from './payout-memory.ts';
import { benchQuote } from './quote.ts';
import { benchShadow } from './shadow.ts';
import { benchStop } from './stop.ts';
import { benchSweep } from './sweep.ts';
import { benchTax } from './tax.ts';
import { benchTelegram } from './telegram.ts';

const HELP = `npm run bench -- NAME.. [--quick] [--accounts=N] [--fault=NAME]

  adapter  what the adapter's line adds to a bare TCP echo; a thousand calls in flight on eight sessions
  audit    opening seal and audit: accounts a second, memory, exit codes, going on after SIGKILL; 100,000 accounts, or
           as many as --accounts=1000000 says
  capitalise  accounts a second of the posting day by chunk and runners; what deposits beside it wait
  decision microseconds a decision of the rollout, through the Unleash client
  stop     from a mismatch or 'rollout stop' to the last request on the new core: two gateways, Unleash up and gone
  domain   microseconds a quote in the pure domain; cost against balance changes and days
  engine   microseconds a comparison, and what is seen at all, against jsondiffpatch, isDeepStrictEqual, microdiff
  gateway  the gateway without a shadow, tried and served, against nothing, nginx and a bare Fastify reverse proxy
  shadow   a fast, a slow and a hanging shadow, against nginx mirror, scientist, tzientist, LaunchDarkly
  faults   the customer's p50 and p99, memory and verdicts with each fault a shadow can have, against none; with
           --fault="50 MB body" of this one alone (or several), three times as long; there are
           ${Object.keys(FAULTS).join(' · ')}
  gateway-memory  resident memory of the gateway over 100,000 requests with each of four faults
  sweep    accounts a second of a sweep, and its memory, 10,000 to 1,000,000
  quote    quotes a second from the cache, missing it and without it, against a bare route with one Redis GET; memory
  legacy   statements, row writes, round trips and latency of one legacy payout beside one new payout
  payout   the ladder from a route that does nothing over pgbench with the same statements to the full service;
           one hot account against pgbench on one row; the tail of the latency at 70 % load
  payout-memory  resident memory of an instance over 200,000 payouts
  tax      payouts to tax lines through Kafka: events a second, latency at 70 % load; kafkajs beside @platformatic/kafka
  telegram telegrams encoded and decoded a second

Each prints medians with their range over interleaved rounds, and fails (exit 1) when a result is wrong, never when slow.
--quick, of audit, engine, faults, gateway, gateway-memory, shadow and sweep: so short that it only shows that they end and check themselves.
`;

const args = process.argv.slice(2);
const ACCOUNTS = /^--accounts=([1-9][0-9]{0,6})$/;
const accounts = args.map((arg) => ACCOUNTS.exec(arg)?.[1]).find((count) => count !== undefined);
const FAULT = /^--fault=(.+)$/;
const named = args.map((arg) => FAULT.exec(arg)?.[1]).filter((fault) => fault !== undefined);

const BENCHES: Record<string, (options: BenchOptions) => boolean | Promise<boolean>> = {
  adapter: benchAdapter,
  audit: (options) =>
    benchAudit({ ...options, accounts: accounts === undefined ? undefined : Number(accounts) }),
  capitalise: benchCapitalise,
  decision: benchDecision,
  stop: benchStop,
  domain: benchDomain,
  engine: benchEngine,
  gateway: benchGateway,
  shadow: benchShadow,
  faults: (options) => benchFaults({ ...options, named }),
  'gateway-memory': benchGatewayMemory,
  sweep: benchSweep,
  quote: benchQuote,
  legacy: benchLegacy,
  payout: benchPayout,
  'payout-memory': benchPayoutMemory,
  tax: benchTax,
  telegram: benchTelegram,
};

const isQuick = args.includes('--quick');
const names = args.filter((name) => name !== '--quick' && !ACCOUNTS.test(name) && !FAULT.test(name));
const unknown = [
  ...names.filter((name) => BENCHES[name] === undefined),
  ...named.filter((fault) => FAULTS[fault] === undefined),
];
if (names.length === 0 || names.includes('--help') || unknown.length > 0) {
  process.stdout.write(HELP);
  if (names.includes('--help')) process.exit(0);
  for (const name of unknown) process.stderr.write(`\n${name}: none of the above\n`);
  process.exit(2);
}
const held: boolean[] = [];
for (const name of names) held.push((await BENCHES[name]?.({ isQuick })) ?? false);
process.exit(held.every(Boolean) ? 0 : 1);
