import { getJson } from './get-json.ts';

/** One stay in a stage, as the gateway counted it. */
export type StageTotals = {
  stage: string;
  since: string;
  requests: number;
  primary: { legacy: number; new: number };
  verdicts: Record<string, number>;
  latencyMs: Record<'legacy' | 'new', { p50: number | null; p99: number | null }>;
};

export type AlertTotals = {
  signature: string;
  parts: unknown;
  count: number;
  slackMessages: number;
  firstSeenAt: string;
  firstSentAt: string | null;
};

export type GatewayView = {
  /** Every stay in a stage, oldest first. */
  stages(): Promise<StageTotals[]>;
  alerts(): Promise<AlertTotals[]>;
  /** Requests that came, and those that have their verdict. */
  requests(): Promise<{ requests: number; settled: number }>;
  /** When a signature was seen for the first time at or after an instant; null: not yet. */
  firstMismatchSince(at: number): Promise<number | null>;
  /** The stage customers are in after they left one, and when the gateway showed it; null: not yet. */
  stageLeft(stage: string): Promise<{ stage: string; at: number } | null>;
};

type Verdicts = { requests: number; pending: number; abandoned: number; stages: StageTotals[] };

export function gatewayView(adminUrl: string): GatewayView {
  const verdicts = () => getJson<Verdicts>(`${adminUrl}/verdicts`);
  const stages = async () => (await verdicts()).stages;
  const alerts = async () => (await getJson<{ alerts: AlertTotals[] }>(`${adminUrl}/alerts`)).alerts;
  return {
    stages,
    alerts,
    async requests() {
      const { requests, pending, abandoned } = await verdicts();
      return { requests, settled: requests - pending - abandoned };
    },
    async firstMismatchSince(at) {
      const seen = (await alerts())
        .map((alert) => Date.parse(alert.firstSeenAt))
        .filter((time) => time >= at);
      return seen.length === 0 ? null : Math.min(...seen);
    },
    async stageLeft(stage) {
      const last = (await stages()).at(-1);
      return last === undefined || last.stage === stage ? null : { stage: last.stage, at: Date.now() };
    },
  };
}
