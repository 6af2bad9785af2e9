import type { Decision, Rollout } from '@core-exit/rollout';
import type { Logger } from 'pino';
import { type AnswerTerms, compileMask, compileRules, type Mask } from '../engine/index.ts';
import type { CoreName, GatewayRequest, Operation, OperationsFile } from '../operation.ts';
import type { Call } from '../verdict/call.ts';
import type { NoisePair } from '../verdict/noise.ts';
import type { Observation } from '../verdict/observation.ts';
import type { Seal } from '../verdict/seal.ts';
import { rulesVersionOf } from '../verdict/versions.ts';
import type { ComparisonThread } from './comparison-thread.ts';
import type { CoreClient } from './core-client.ts';
import type { Tails } from './tails.ts';
import type { Trace } from './trace.ts';

/** Where verdicts go. Both are called on the request's path, so they only remember; they never wait and never throw. */
export type Recorder = {
  requested(): void;
  settled(observation: Observation): void;
  /** Told of each request the legacy core was asked twice; left out: it is not asked twice. */
  noise?(pair: NoisePair): void;
};

/** How long a call to a core may take, from its first byte to its last. */
export type Deadlines = { primaryMs: number; shadowMs: number; followUpMs: number };

export const DEADLINES: Deadlines = {
  /** The legacy core takes 300 ms and may inquire after a lost answer; a customer who waited longer has gone. */
  primaryMs: 10_000,
  /** Ten times the legacy core's usual time: a shadow slower than that has failed. */
  shadowMs: 3_000,
  /** A follow-up is small; a core that does not take it in this time will not. */
  followUpMs: 1_000,
};

/** Everything a request needs, made once at start. */
export type Gateway = {
  service: OperationsFile;
  serviceToken: string;
  rollout: Rollout;
  deadlines: Deadlines;
  cores: Readonly<Record<CoreName, CoreClient>>;
  shadows: Tails;
  followUps: Tails;
  recorder: Recorder;
  now: () => Date;
  newId: () => string;
  log: Logger;
  /** Where long answers are compared. */
  thread: ComparisonThread;
  /** Seals the question of a case; null: cases are stored without. */
  seal: Seal | null;
  /** Whether so many requests are under way that shadows are left out before customers are. */
  isShedding: () => boolean;
};

/** What the door is given; how busy it is, it knows itself. */
export type GatewayParts = Omit<Gateway, 'isShedding'>;

/** An operation with its mask and its rules made ready. */
export type ReadyOperation = {
  operation: Operation;
  mask: Mask;
  rulesVersion: string;
  /** The terms in force on a day; a rule expires at the end of its last day (UTC). */
  termsOn(at: Date): AnswerTerms;
};

/** One request of an operation from its decision on. */
export type Context = {
  ready: ReadyOperation;
  request: GatewayRequest;
  decision: Decision;
  trace: Trace;
  primary: Call;
  gateway: Gateway;
};

/** Throws TypeError when a rule, a path or a mask of the operation cannot be meant. */
export function readyOperation(operation: Operation, at: Date): ReadyOperation {
  const mask = compileMask(operation.fields);
  const { headers, outcome } = operation;
  const termsFor = (day: string): AnswerTerms => ({
    rules: compileRules(operation.comparison, day),
    headers,
    outcome: (answer) => outcome(answer),
  });
  let day = dayOf(at);
  let terms = termsFor(day);
  return {
    operation,
    mask,
    rulesVersion: rulesVersionOf(operation),
    termsOn(now) {
      if (dayOf(now) !== day) {
        day = dayOf(now);
        terms = termsFor(day);
      }
      return terms;
    },
  };
}

function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}
