const TIMEOUT_MS = 5_000;

/** GET of a JSON document; throws for each status but 200. */
export async function getJson<T>(url: string): Promise<T> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!answer.ok) throw new Error(`GET ${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** The gateway's counts of one stay in a stage. */
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
  /** Each stay in a stage, oldest first. */
  stages(): Promise<StageTotals[]>;
  alerts(): Promise<AlertTotals[]>;
  /** Requests received, and those with a verdict. */
  requests(): Promise<{ requests: number; settled: number }>;
  /** The first time at or after an instant when a new signature was seen; null: none yet. */
  firstMismatchSince(at: number): Promise<number | null>;
  /** The stage after `stage`, and when the gateway showed it; null: the gateway is still in `stage`. */
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
