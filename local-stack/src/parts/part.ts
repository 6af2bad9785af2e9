import type { Supervisor } from '../processes/supervisor.ts';

/** A real server that the bank's processes need: started by the stack, or an external one with an address. */
export type Part = {
  readonly name: string;
  /** As the server reports it; `unknown` if its protocol has no request for the version. */
  readonly version: string;
  readonly address: string;
  readonly origin: 'started' | 'external';
  readonly startedInMs: number;
  /** Stops a started part; does nothing to an external part. */
  stop(): Promise<void>;
};

/** A part that is not available on this machine; `absent` is the reason, as a sentence. */
export type AbsentPart = { readonly absent: string };

/** What the start of each part needs. */
export type PartContext = {
  supervisor: Supervisor;
  cacheDirectory: string;
  javaHome: string | null;
};

export function externalPart(name: string, version: string, address: string): Part {
  return { name, version, address, origin: 'external', startedInMs: 0, stop: async () => {} };
}

/** All parts listen on the loopback interface only. */
export const LOOPBACK = '127.0.0.1';
