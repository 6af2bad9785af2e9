import { setTimeout as sleep } from 'node:timers/promises';
import type { Bank } from '../bank/bank.ts';
import type { Release } from '../bank/new-core.ts';
import { query } from '../parts/postgres.ts';
import { until } from '../processes/until.ts';
import type { CustomerApp } from './customer.ts';
import type { GatewayView } from './gateway-view.ts';
import { collectAgain, type Operator, takeBack } from './make-good.ts';
import type { SlackView } from './slack-view.ts';

/** What happens, for whoever shows it. */
export type StoryEvent =
  | { kind: 'day'; businessDate: string }
  | { kind: 'stage'; stage: string; why: string }
  | { kind: 'deployed'; release: Release }
  | { kind: 'mismatch'; stage: string; afterMs: number }
  | { kind: 'alerted'; afterMs: number; text: string }
  | { kind: 'stepped back'; to: string; afterMs: number }
  | { kind: 'taken back'; payouts: number };

/** Times from the first mismatch on, but for `firstMismatchMs`, which counts from the beginning of the deployment. */
export type InjectedDefect = {
  stage: string;
  firstMismatchMs: number;
  alertMs: number;
  steppedBackMs: number;
  /** Where traffic stepped back to. */
  steppedBackTo: string;
  /** From the beginning of the deployment to the step back, by the bank's clock. */
  served: { from: string; to: string };
};

export type Cast = {
  bank: Bank;
  ownerUrl: string;
  gateway: GatewayView;
  slack: SlackView;
  defective: Release;
  fixed: Release;
  /** The shortest time in a stage; the gate may ask for more. */
  stageMs: number;
  tell: (event: StoryEvent) => void;
  /** The operator who takes back what was paid wrong. */
  operator: Operator;
  app: CustomerApp;
};

/** Where the new release goes wrong: half of the customers are on the new core. */
const DEFECT_STAGE = 'ramp-50';
const LAST_STAGE = 'full';
/** Approves where the plan asks for a second person; its author may not. */
const APPROVER = 'a second person';
/** The gate of the demo plan asks for a hundred comparisons; this is for a machine that has other things to do. */
const GATE_WITHIN_MS = 60_000;
/** A release starts in two seconds, on a busy machine in twenty. */
const RELEASE_WITHIN_MS = 60_000;
/** From the moment the release can do harm. */
const ALARM_WITHIN_MS = 20_000;
const WATCH_EVERY_MS = 20;
const ASK_EVERY_MS = 500;

/** The whole move: up to half of the customers, one defect and back, the fix, what was wrong made good, and then all the way. */
export async function moveToTheNewCore(cast: Cast): Promise<InjectedDefect> {
  cast.tell({ kind: 'stage', stage: 'shadow', why: 'every comparison, no customer moved' });
  await climb(cast, DEFECT_STAGE);
  const defect = await shipDefect(cast);
  await cast.bank.newCore.deploy(cast.fixed);
  cast.tell({ kind: 'deployed', release: cast.fixed });
  const open = await takeBack(cast.operator);
  cast.tell({ kind: 'taken back', payouts: open.length });
  // A business date is used once: what was taken back is paid anew on the next one.
  await nextDay(cast);
  await collectAgain(cast.app, open);
  // The evidence of the fixed release begins with a new entry into the stage.
  await cast.bank.rollout('set', 'shadow');
  cast.tell({ kind: 'stage', stage: 'shadow', why: 'new evidence for the fixed release' });
  await climb(cast, LAST_STAGE);
  await sleep(cast.stageMs);
  await until(async () => (await judgement(cast)) === 'PASS', {
    timeoutMs: GATE_WITHIN_MS,
    everyMs: ASK_EVERY_MS,
    what: 'the gate passes the full stage',
  });
  return defect;
}

/**
 * One stage after the other, a business day each. The controller advances by itself, once the gate passes, a midnight
 * has gone by, and a second person has approved where the plan asks for one.
 */
async function climb(cast: Cast, to: string): Promise<void> {
  for (let stage = await stageInForce(cast); stage !== to; ) {
    await sleep(cast.stageMs);
    await nextDay(cast);
    const left = stage;
    stage = await until(
      async () => {
        const { json } = await cast.bank.rollout('status');
        if (wantsApproval(json)) await cast.bank.rollout('approve', '--by', APPROVER);
        return json['stage'] === left ? null : String(json['stage']);
      },
      { timeoutMs: GATE_WITHIN_MS, everyMs: ASK_EVERY_MS, what: `the controller leaves stage ${left}` },
    );
    cast.tell({ kind: 'stage', stage, why: `the controller advanced: ${left} has passed` });
  }
}

async function stageInForce({ bank }: Cast): Promise<string> {
  return String((await bank.rollout('status')).json['stage']);
}

/** Is an approval all that is missing? */
function wantsApproval(status: Record<string, unknown>): boolean {
  const blocks = status['blocks'] as { code: string }[];
  return blocks.length === 1 && blocks[0]?.code === 'APPROVAL';
}

/** Watches from the beginning of the deployment on: a release answers as soon as it is ready, while the old one drains. */
async function shipDefect(cast: Cast): Promise<InjectedDefect> {
  await sleep(cast.stageMs / 2);
  const from = await bankNow(cast);
  const began = Date.now();
  const isReady = Promise.withResolvers<void>();
  const deployed = cast.bank.newCore.deploy(cast.defective, isReady.resolve);

  const watch = <T>(what: string, condition: () => Promise<T>, timeoutMs = ALARM_WITHIN_MS) =>
    until(condition, { timeoutMs, everyMs: WATCH_EVERY_MS, what });
  const firstMismatch = () => cast.gateway.firstMismatchSince(began);
  await Promise.race([
    isReady.promise,
    deployed,
    watch('the release serves', firstMismatch, RELEASE_WITHIN_MS),
  ]);
  const [firstSeenAt, back, alert] = await Promise.all([
    watch('the defect shows as a mismatch', firstMismatch),
    watch('traffic steps back by itself', () => cast.gateway.stageLeft(DEFECT_STAGE)),
    watch('Slack gets its message', () => cast.slack.firstSince(began)),
    deployed,
  ]);
  const defect = {
    stage: DEFECT_STAGE,
    firstMismatchMs: firstSeenAt - began,
    alertMs: alert.receivedAt - firstSeenAt,
    steppedBackMs: back.at - firstSeenAt,
    steppedBackTo: back.stage,
    served: { from, to: await bankNow(cast) },
  };
  cast.tell({ kind: 'deployed', release: cast.defective });
  cast.tell({ kind: 'mismatch', stage: DEFECT_STAGE, afterMs: defect.firstMismatchMs });
  cast.tell({ kind: 'alerted', afterMs: defect.alertMs, text: alert.text });
  cast.tell({ kind: 'stepped back', to: back.stage, afterMs: defect.steppedBackMs });
  await sleep(cast.stageMs / 2);
  return defect;
}

async function bankNow({ ownerUrl }: Cast): Promise<string> {
  const [row] = await query<{ now: string }>(ownerUrl, 'select core.bank_now()::text as now');
  return row?.now ?? '';
}

async function nextDay({ ownerUrl, tell }: Cast): Promise<void> {
  const [row] = await query<{ day: string }>(ownerUrl, 'select core.move_business_date(1)::text as day');
  tell({ kind: 'day', businessDate: row?.day ?? '' });
}

async function judgement({ bank }: Cast): Promise<string> {
  const { json } = await bank.rollout('status');
  return (json['judgement'] as { decision: string }).decision;
}
