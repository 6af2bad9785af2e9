import { benchDomain } from './domain.ts';
import { benchEngine } from './engine.ts';
import { benchPayout } from './payout.ts';

const HELP = `npm run bench -- NAME..

  domain   microseconds a quote in the pure domain; cost against balance changes and days
  engine   microseconds a comparison, and what is seen at all, against jsondiffpatch, isDeepStrictEqual, microdiff
  payout   the ladder from a route that does nothing over pgbench with the same statements to the full service

Each prints medians with their range over interleaved rounds, and fails (exit 1) when a result is wrong, never when slow.
`;

const BENCHES: Record<string, () => boolean | Promise<boolean>> = {
  domain: benchDomain,
  engine: benchEngine,
  payout: benchPayout,
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => BENCHES[name] === undefined);
if (names.length === 0 || names.includes('--help') || unknown.length > 0) {
  process.stdout.write(HELP);
  process.exit(names.includes('--help') ? 0 : 2);
}
const held: boolean[] = [];
for (const name of names) held.push((await BENCHES[name]?.()) ?? false);
process.exit(held.every(Boolean) ? 0 : 1);
