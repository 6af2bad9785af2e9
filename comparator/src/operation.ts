import type { Primary } from '@core-exit/rollout';
import type { Answer, FieldClass, RuleSet } from './engine/index.ts';

/** Which of the two cores; `legacy` is the one in place. */
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

/** The same question for the other core. It must move nothing there. */
export type ShadowQuestion = {
  method: string;
  path: string;
  /** JSON text. */
  body?: string;
  /**
   * False: the question could not name the state the primary answered from, so a difference may only mean that the
   * state moved (`raced`).
   */
  isPinned: boolean;
};

/** A call that keeps a core fresh after an answer (e.g. drop a cached value). Not compared, never repeated. */
export type FollowUp = { core: CoreName; method: string; path: string };

/** How a stored case becomes a row of a case suite. */
export type Promotion = {
  /** Path of a GET that both cores answer from the state of the stored question; null: it names no state. */
  question(stored: { path: string; body: string | null }): string | null;
  /** The row, in which nothing names anybody, under an `id` of its own; a text: why there is none. `expected`: whose answer it expects. */
  row(id: string, answers: Readonly<Record<CoreName, Answer>>, expected: CoreName): object | string;
};

/** A kind of call that both cores answer, and what there is to know to compare the answers. */
export type Operation = {
  /** `service.verb`, the name in metrics, evidence and alerts. */
  name: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Route template, parameters as `:name`. */
  path: string;
  /** `writes`: without an answer nobody knows what happened, and it must not be sent again. */
  effect: 'reads' | 'writes';
  comparison: RuleSet;
  /** Further response headers to compare, in lower case. */
  headers: readonly string[];
  /** How each field of the answers may be shown; what is not named is hidden. Patterns as in rules. */
  fields: Readonly<Record<string, FieldClass>>;
  /** The question for the shadow; `primary` null: the primary failed. Null: it cannot be asked (verdict `unsampled`). */
  shadow(request: GatewayRequest, primary: Answer | null): ShadowQuestion | null;
  /** A word for what an answer says (`paid`, `refused SEIZED`), or null. Names no person. */
  outcome(answer: Answer): string | null;
  /** The cell of the case space this request belongs to, as far as the gateway can see it. Names no person. */
  stratum(request: GatewayRequest, primary: Answer, beside: Beside): Readonly<Record<string, string>>;
  /**
   * The state an answer was computed from, in one word; null when it names none. Answers from different states are
   * `raced`, whatever was asked: a core that cannot pin answers from the state it is in.
   */
  state?(answer: Answer): string | null;
  /**
   * The business date (YYYY-MM-DD) of the state an answer was computed from; null when it names none. Left out: the same.
   * A sweep holds all its answers to one.
   */
  businessDate?(answer: Answer): string | null;
  /**
   * Longer answers are not compared: of the primary's the customer gets all, the shadow's is cut. Reading a megabyte that is no
   * answer costs every customer. Left out: 1 MiB, which is also the most.
   */
  maxAnswerBytes?: number;
  /**
   * Share (0 to 1) of the compared requests for which the legacy core is asked the shadow's question, too: how often it
   * differs from itself is the measure for the new core. Left out: none. It costs a call to the legacy core each.
   */
  noiseShare?: number;
  after?(request: GatewayRequest, primary: Answer, core: CoreName): readonly FollowUp[];
  /** Left out: cases of this operation cannot be promoted. */
  promotion?: Promotion;
};

/** What is known of a request besides its answer: the shadow's (null: none came) and when it was compared. */
export type Beside = { shadow: Answer | null; at: Date };

/** Answers the gateway gives by itself, in the words of the service's own contract. */
export type GatewayProblem =
  | 'not-found'
  | 'malformed'
  | 'too-large'
  | 'unavailable'
  | 'outcome-unknown'
  | 'internal';
export type ProblemAnswer = { status: number; headers: Readonly<Record<string, string>>; body: string };

/** Whose tokens are accepted and what customer they speak for. */
export type IdentityTerms = {
  issuer: string;
  audience: string;
  algorithms: readonly string[];
  /** The customer a verified token speaks for; null for anybody else (an operator, another service). */
  subject(claims: Readonly<Record<string, unknown>>): string | null;
};

/** Everything the gateway knows of one service; the default export of an operations file. */
export type OperationsFile = {
  service: string;
  /** The flag in Unleash that carries the stage. */
  flag: string;
  /** An address where it stands what to do about a mismatch; left out: the admin side shows its own runbook. */
  runbookUrl?: string;
  identity: IdentityTerms;
  /** Headers that only cores and gateway may use among themselves; taken off every request and answer. Lower case. */
  internalHeaders: readonly string[];
  /** Headers by which the gateway asks the shadow on behalf of a customer. They must give no right to move anything. */
  credentials(
    serviceToken: string,
    subject: string | null,
    request: GatewayRequest,
  ): Readonly<Record<string, string>>;
  problem(kind: GatewayProblem): ProblemAnswer;
  operations: readonly Operation[];
};
