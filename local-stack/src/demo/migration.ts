import { setTimeout as sleep } from 'node:timers/promises';
import type { Bank } from '../bank/bank.ts';
import type { Release } from '../bank/new-core.ts';
import { query } from '../parts/postgres.ts';
import { until } from '../processes/until.ts';
import type { CustomerApp } from './customer.ts';
import type { InjectedDefect } from './defect.ts';
import type { GatewayView } from './gateway-view.ts';
import { collectAgain, type Operator, reverseWrongPayouts } from './remediation.ts';
import type { SlackView } from './slack-view.ts';

/** One step of the move, for the display. */
export type MigrationEvent =
  | { kind: 'day'; businessDate: string }
  | { kind: 'stage'; stage: string; why: string }
  | { kind: 'deployed'; release: Release }
  | { kind: 'mismatch'; stage: string; afterMs: number }
  | { kind: 'alerted'; afterMs: number; text: string }
  | { kind: 'stepped back'; to: string; afterMs: number }
  | { kind: 'reversed'; payouts: number };

export type Migration = {
  bank: Bank;
  ownerUrl: string;
  gateway: GatewayView;
  slack: SlackView;
  defective: Release;
  fixed: Release;
  /** The shortest time in a stage; the gate may need more time. */
  stageMs: number;
  onEvent: (event: MigrationEvent) => void;
  /** The operator who reverses the wrong payouts. */
  operator: Operator;
  app: CustomerApp;
  /** How long the defective release may take until it serves. */
  releaseWithinMs: number;
};

/** The stage of the defective release: half of the customers are on the new core. */
const DEFECT_STAGE = 'ramp-50';
const LAST_STAGE = 'full';
/** Who approves if the plan demands a second person; the author of the plan may not. */
const APPROVER = 'a second person';
/** The gate of the demo plan needs a hundred comparisons; a loaded machine needs minutes for them. */
const GATE_WITHIN_MS = 180_000;
/** From the moment when the release serves customers. */
const ALARM_WITHIN_MS = 60_000;
const WATCH_EVERY_MS = 20;
const POLL_EVERY_MS = 500;

/**
 * The whole move: up to half of the customers, a defective release and the step back, the fixed release, the reversal of the
 * wrong payouts, and then all customers.
 */
export async function moveToTheNewCore(migration: Migration): Promise<InjectedDefect> {
  migration.onEvent({
    kind: 'stage',
    stage: 'shadow',
    why: 'every request is compared, no customer is on the new core',
  });
  await advanceTo(migration, DEFECT_STAGE);
  const defect = await deployDefect(migration);
  await migration.bank.newCore.deploy(migration.fixed);
  migration.onEvent({ kind: 'deployed', release: migration.fixed });
  const open = await reverseWrongPayouts(migration.operator);
  migration.onEvent({ kind: 'reversed', payouts: open.length });
  // An account is paid once on a business date, so a reversed payout is paid again on the next one.
  await nextDay(migration);
  await collectAgain(migration.app, open);
  // The evidence of the fixed release begins with a new stay in the stage.
  await migration.bank.rollout('set', 'shadow');
  migration.onEvent({ kind: 'stage', stage: 'shadow', why: 'new evidence for the fixed release' });
  await advanceTo(migration, LAST_STAGE);
  await sleep(migration.stageMs);
  await until(async () => (await judgement(migration)) === 'PASS', {
    timeoutMs: GATE_WITHIN_MS,
    everyMs: POLL_EVERY_MS,
    what: 'the gate passes the full stage',
  });
  return defect;
}

/**
 * Passes one stage after the other, each for a business day. The controller advances by itself when the gate passes, a
 * midnight has passed, and a second person has approved if the plan demands one.
 */
async function advanceTo(migration: Migration, to: string): Promise<void> {
  for (let stage = await currentStage(migration); stage !== to; ) {
    await sleep(migration.stageMs);
    await nextDay(migration);
    const left = stage;
    stage = await until(
      async () => {
        const { json } = await migration.bank.rollout('status');
        if (needsOnlyApproval(json)) await migration.bank.rollout('approve', '--by', APPROVER);
        return json['stage'] === left ? null : String(json['stage']);
      },
      { timeoutMs: GATE_WITHIN_MS, everyMs: POLL_EVERY_MS, what: `the controller leaves stage ${left}` },
    );
    migration.onEvent({ kind: 'stage', stage, why: `the controller advanced: ${left} has passed` });
  }
}

async function currentStage({ bank }: Migration): Promise<string> {
  return String((await bank.rollout('status')).json['stage']);
}

/** Whether only an approval is missing. */
function needsOnlyApproval(status: Record<string, unknown>): boolean {
  const blocks = status['blocks'] as { code: string }[];
  return blocks.length === 1 && blocks[0]?.code === 'APPROVAL';
}

/** Checks from the beginning of the deployment, because a release serves as soon as it is ready, while the old one drains. */
async function deployDefect(migration: Migration): Promise<InjectedDefect> {
  await sleep(migration.stageMs / 2);
  const from = await bankNow(migration);
  const began = Date.now();
  const isReady = Promise.withResolvers<void>();
  const deployed = migration.bank.newCore.deploy(migration.defective, isReady.resolve);

  const within = <T>(what: string, condition: () => Promise<T>, timeoutMs = ALARM_WITHIN_MS) =>
    until(condition, { timeoutMs, everyMs: WATCH_EVERY_MS, what });
  const firstMismatch = () => migration.gateway.firstMismatchSince(began);
  await Promise.race([
    isReady.promise,
    deployed,
    within('the release serves', firstMismatch, migration.releaseWithinMs),
  ]);
  const [firstSeenAt, back, alert] = await Promise.all([
    within('the defect is counted as a mismatch', firstMismatch),
    within('traffic steps back by itself', () => migration.gateway.stageLeft(DEFECT_STAGE)),
    within('Slack receives the alert', () => migration.slack.firstSince(began)),
    deployed,
  ]);
  const defect = {
    stage: DEFECT_STAGE,
    firstMismatchMs: firstSeenAt - began,
    alertMs: alert.receivedAt - firstSeenAt,
    steppedBackMs: back.at - firstSeenAt,
    steppedBackTo: back.stage,
    served: { from, to: await bankNow(migration) },
  };
  migration.onEvent({ kind: 'deployed', release: migration.defective });
  migration.onEvent({ kind: 'mismatch', stage: DEFECT_STAGE, afterMs: defect.firstMismatchMs });
  migration.onEvent({ kind: 'alerted', afterMs: defect.alertMs, text: alert.text });
  migration.onEvent({ kind: 'stepped back', to: back.stage, afterMs: defect.steppedBackMs });
  await sleep(migration.stageMs / 2);
  return defect;
}

async function bankNow({ ownerUrl }: Migration): Promise<string> {
  const [row] = await query<{ now: string }>(ownerUrl, 'select core.bank_now()::text as now');
  return row?.now ?? '';
}

async function nextDay({ ownerUrl, onEvent }: Migration): Promise<void> {
  const [row] = await query<{ day: string }>(ownerUrl, 'select core.move_business_date(1)::text as day');
  onEvent({ kind: 'day', businessDate: row?.day ?? '' });
}

async function judgement({ bank }: Migration): Promise<string> {
  const { json } = await bank.rollout('status');
  return (json['judgement'] as { decision: string }).decision;
}
