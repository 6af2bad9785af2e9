import type { Supervisor } from '../processes/supervisor.ts';

/** A real server the bank's processes need: started by us, or somebody else's behind an address. */
export type Part = {
  readonly name: string;
  /** As the server itself says over the wire; `unknown` where a protocol cannot be asked. */
  readonly version: string;
  readonly address: string;
  readonly origin: 'started' | 'external';
  readonly startedInMs: number;
  /** Stops what we started; leaves an external part alone. */
  stop(): Promise<void>;
};

/** A part that cannot be had on this machine, and why, in a sentence for the reader. */
export type AbsentPart = { readonly absent: string };

/** What every part's starter gets. */
export type PartContext = {
  supervisor: Supervisor;
  cacheDirectory: string;
  javaHome: string | undefined;
};

export function externalPart(name: string, version: string, address: string): Part {
  return { name, version, address, origin: 'external', startedInMs: 0, stop: async () => {} };
}

/** All parts listen on the loopback interface only. */
export const LOOPBACK = '127.0.0.1';
