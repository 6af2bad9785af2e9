import type { Rollout } from '@core-exit/rollout';
import type { Logger } from 'pino';
import type { Deadlines } from '../limits.ts';
import type { CoreName, OperationsFile } from '../operation.ts';
import type { NoisePair } from '../verdict/noise.ts';
import type { Observation } from '../verdict/observation.ts';
import type { EncryptRequest } from '../verdict/stored-request.ts';
import type { BoundedSemaphore } from './bounded-semaphore.ts';
import type { ComparisonThread } from './comparison-thread.ts';
import type { CoreClient } from './core-client.ts';

/** Where verdicts go. A request calls these methods on its way, so they only remember: they never wait and never throw. */
export type Recorder = {
  requested(): void;
  settled(observation: Observation): void;
  /** Gets the pair of each request that the legacy core answered twice; left out: no request is repeated there. */
  noise?(pair: NoisePair): void;
};

/** Everything that a request uses, made once when the process starts. */
export type GatewayParts = {
  service: OperationsFile;
  serviceToken: string;
  rollout: Rollout;
  deadlines: Deadlines;
  cores: Readonly<Record<CoreName, CoreClient>>;
  /** Permits of comparisons: from the shadow's request to the last step. */
  shadows: BoundedSemaphore;
  /** Permits of follow-ups. */
  followUps: BoundedSemaphore;
  recorder: Recorder;
  now: () => Date;
  newId: () => string;
  log: Logger;
  /** Compares long answers. */
  thread: ComparisonThread;
  /** Encrypts the shadow's request of a stored case; null: cases are stored without their requests. */
  encryptRequest: EncryptRequest | null;
};

export type Gateway = GatewayParts & {
  /** True when so many requests are under way that the gateway sends no shadow, so that it can serve customers. */
  isShedding: () => boolean;
};
