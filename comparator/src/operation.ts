import type { Primary } from '@core-exit/rollout';
import type { Answer, FieldClass, RuleSet } from './engine/index.ts';

/** One of the two cores; `legacy` is the one in production today. */
export type CoreName = Primary;

/** A customer's request, as it came. Header names in lower case; `path` with its query, undecoded. */
export type GatewayRequest = {
  method: string;
  path: string;
  /** Decoded values of the path template. */
  params: Readonly<Record<string, string>>;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  rawHeaders: readonly string[];
  body: Uint8Array;
  /** The verified customer; null when the request proves none. */
  subject: string | null;
};

/** The request for the other core. It asks for the same answer and must not change anything there. */
export type ShadowRequest = {
  method: string;
  path: string;
  /** JSON text. */
  body?: string;
  /**
   * False: the request cannot name the state that the primary answered from, so a difference may only mean that the state
   * changed in between (`raced`).
   */
  isPinned: boolean;
};

/** A call that keeps a core up to date after an answer (e.g. drop a cached value). Not compared, never repeated. */
export type FollowUp = { core: CoreName; method: string; path: string };

/** How a stored case becomes a row of a case suite. */
export type Promotion = {
  /** Path of a GET that both cores answer from the state of the stored request; null: the request names no state. */
  path(stored: { path: string; body: string | null }): string | null;
  /**
   * The row, with an `id` of its own and without anything that identifies a person; a text: the reason why there is no
   * row. `expected`: the core whose answer the row expects.
   */
  row(id: string, answers: Readonly<Record<CoreName, Answer>>, expected: CoreName): object | string;
};

/** A kind of request that both cores answer, and everything that the comparison of the answers needs to know. */
export type Operation = {
  /** `service.verb`, the name in metrics, evidence and alerts. */
  name: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Route template, parameters as `:name`. */
  path: string;
  /** `writes`: without an answer the outcome is unknown, and the request must not be sent again. */
  effect: 'reads' | 'writes';
  comparison: RuleSet;
  /** Further response headers to compare, in lower case. */
  headers: readonly string[];
  /** How each field of the answers may be shown; fields without a class are hidden. Patterns as in rules. */
  fields: Readonly<Record<string, FieldClass>>;
  /**
   * The request for the shadow. `primary` is null if the primary failed. Null: the shadow cannot give this answer (verdict
   * `unsampled`).
   */
  shadow(request: GatewayRequest, primary: Answer | null): ShadowRequest | null;
  /** A word for the meaning of an answer (`paid`, `refused SEIZED`), or null. Names no person. */
  outcome(answer: Answer): string | null;
  /** The stratum of this request, as far as the gateway can see it: dimension by name. Names no person. */
  stratum(request: GatewayRequest, primary: Answer, beside: Beside): Readonly<Record<string, string>>;
  /**
   * The state an answer was computed from, in one word; null when the answer names none. Answers from different states are
   * `raced`, because a core that cannot pin answers from its present state.
   */
  state?(answer: Answer): string | null;
  /**
   * The business date (YYYY-MM-DD) of the state an answer was computed from; null when the answer names none. Left out: no
   * answer names one. All answers of a sweep must have the same date.
   */
  businessDate?(answer: Answer): string | null;
  /**
   * Longer answers are not compared: the customer gets all of the primary's answer, the shadow's answer is not read to the end.
   * A low limit protects customers, because reading a megabyte takes time. Left out: 1 MiB, the highest limit.
   */
  maxAnswerBytes?: number;
  /**
   * Share (0 to 1) of the compared requests that are sent to the legacy core a second time. How often the legacy core
   * differs from itself is the measure for the new core. Each costs the legacy core one call. Left out: none.
   */
  noiseShare?: number;
  after?(request: GatewayRequest, primary: Answer, core: CoreName): readonly FollowUp[];
  /** Left out: cases of this operation cannot be promoted. */
  promotion?: Promotion;
};

/** What is known of a request besides its answer: the shadow's answer (null: none came) and the time of the comparison. */
export type Beside = { shadow: Answer | null; at: Date };

/** Problems that the gateway answers by itself, in the form of the service's own contract. */
export type GatewayProblem =
  | 'not-found'
  | 'malformed'
  | 'too-large'
  | 'unavailable'
  | 'outcome-unknown'
  | 'internal';
export type ProblemAnswer = { status: number; headers: Readonly<Record<string, string>>; body: string };

/** Which tokens are accepted, and which customer a token stands for. */
export type IdentityTerms = {
  issuer: string;
  audience: string;
  algorithms: readonly string[];
  /** The customer of a verified token; null for other subjects (an operator, another service). */
  subject(claims: Readonly<Record<string, unknown>>): string | null;
};

/** Everything the gateway knows of one service; the default export of an operations file. */
export type OperationsFile = {
  service: string;
  /** The flag in Unleash that carries the stage. */
  flag: string;
  /** Repeats of a signature are sent to Slack at most this often; 60 if absent, at most a day. */
  digestSeconds?: number;
  identity: IdentityTerms;
  /** Headers that only cores and gateway may use; the gateway removes them from every request and answer. Lower case. */
  internalHeaders: readonly string[];
  /** Headers for requests to the shadow on behalf of a customer. They must not allow a write that counts. */
  credentials(
    serviceToken: string,
    subject: string | null,
    request: GatewayRequest,
  ): Readonly<Record<string, string>>;
  problem(kind: GatewayProblem): ProblemAnswer;
  operations: readonly Operation[];
};
