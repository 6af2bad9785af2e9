import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRollout } from '../rollout/src/create-rollout.ts';
import { cohortConstraint, cohortStrategy, rampStrategy } from '../rollout/src/flag/flag-shape.ts';
import { STAGES } from '../rollout/src/plan/stages.ts';
import { median, range, table } from './figures.ts';

const ROUNDS = 7;
const DECISIONS = 50_000;
/** Limit of the gateway for one decision. */
const LIMIT_US = 5;
const SINCE = '2026-01-02T00:00:00.000Z';

/** Kinds of flags: with a share alone, and with cohorts of 1,000 customers each. */
const RUNGS: Record<string, object> = {
  'stage shadow': flagWith('shadow', 0),
  'share of 50 %': flagWith('ramp-50', 0),
  'share of 50 %, two cohorts of 1,000': flagWith('ramp-50', 2),
};

/** CPU microseconds of a decision through the Unleash client, as in a gateway. Returns whether every decision was right. */
export async function benchDecision(): Promise<boolean> {
  const times = new Map<string, number[]>(Object.keys(RUNGS).map((name) => [name, []]));
  let isRight = true;
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, flags] of Object.entries(RUNGS)) {
      const { perDecisionUs, shareOnNew } = await measure(flags);
      times.get(name)?.push(perDecisionUs);
      isRight &&= name === 'stage shadow' ? shareOnNew === 0 : Math.abs(shareOnNew - 0.5) < 0.02;
    }
  }
  const rows = [...times].map(([name, us]) => [name, median(us).toFixed(2), range(us, 2)]);
  process.stdout.write(`${table(['decision', 'CPU us median', 'CPU us range'], rows)}\n`);
  const slowest = Math.max(...[...times.values()].map(median));
  process.stdout.write(
    `limit ${LIMIT_US} us: ${slowest < LIMIT_US ? 'held' : 'NOT held'}; shares ${isRight ? 'right' : 'WRONG'}\n`,
  );
  return isRight;
}

async function measure(flags: object): Promise<{ perDecisionUs: number; shareOnNew: number }> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(flags));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const rollout = await createRollout({
    unleashUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: 'any',
    appName: 'bench',
    flag: 'bench',
    backupPath: mkdtempSync(join(tmpdir(), 'bench-decision-')),
  });
  const ids = Array.from({ length: 10_000 }, (_, i) => `C${String(i).padStart(9, '0')}`);
  let onNew = 0;
  const started = process.cpuUsage();
  for (let i = 0; i < DECISIONS; i += 1) {
    if (rollout.decide(ids[i % ids.length] ?? null).primary === 'new') onNew += 1;
  }
  const { user, system } = process.cpuUsage(started); // CPU time, not the clock, because other processes use the machine
  const perDecisionUs = (user + system) / DECISIONS;
  await rollout.close();
  server.closeAllConnections();
  server.close();
  return { perDecisionUs, shareOnNew: onNew / DECISIONS };
}

function flagWith(stage: keyof typeof STAGES, cohorts: number): object {
  const names = Array.from({ length: cohorts }, (_, i) => i + 1);
  const strategies = [
    ...names.map((id) => cohortStrategy(`cohort-${id}`, id, 'bench', true)),
    rampStrategy({ stage, ...STAGES[stage] }, SINCE, 'bench'),
  ];
  const segments = names.map((id) => {
    const members = Array.from({ length: 1_000 }, (_, i) => `V${id}${i}`);
    return { id, name: `cohort-${id}`, constraints: [cohortConstraint(members)] };
  });
  return { version: 2, segments, features: [{ name: 'bench', type: 'release', enabled: true, strategies }] };
}
