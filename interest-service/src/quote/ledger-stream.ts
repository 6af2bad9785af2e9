import type { Follower } from '@core-exit/cache';

/** So many accounts may wait for their drop; then the stream waits for Redis. A batch over all accounts comes at once. */
const MAX_WAITING = 20_000;
/** One round trip to Redis drops this many. */
const DROPS_AT_ONCE = 500;
/** A standby asks this often whether the slot is free; a stream that ended is begun again after as long. */
const TRY_AGAIN_MS = 500;

/** What a follower of the ledger is told, in commit order. */
export type LedgerFollower = {
  /** Changes were left out: the slot is new. */
  gap(): void;
  /** The history of an account goes up to this position now. A promise is waited for before more comes. */
  moved(accountNo: string, seq: bigint): Promise<void> | undefined;
  /** Terms or rates of a product changed. */
  termsChanged(): void;
  /** Everything committed before this moment of the bank's clock was told. True: it was followed, and need not come again. */
  beat(at: number, businessDate: string): Promise<boolean>;
};

/** The ledger's log, through one durable slot that only one process can have. */
export interface LedgerLog {
  /** Follows until the stream ends (`ended`, with why) or gives up at once because another process has the slot. */
  follow(
    follower: LedgerFollower,
    signal: AbortSignal,
  ): Promise<{ kind: 'busy' } | { kind: 'ended'; fault: unknown }>;
}

export type StreamOptions = {
  log: LedgerLog;
  follower: Follower;
  signal: AbortSignal;
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  onRole: (role: 'following' | 'standby' | 'off') => void;
  onDropped: (accounts: number) => void;
  onBeat: (at: number) => void;
  onFault: (fault: unknown) => void;
};

/**
 * Drops the quote of every account that anybody touched, and tells the caches how far it is. What is told twice after a
 * restart is dropped twice, which costs a computation at most.
 */
export async function ledgerStream(options: StreamOptions): Promise<void> {
  const { log, signal, sleep, onRole, onFault } = options;
  while (!signal.aborted) {
    const outcome = await log.follow(dropping(options), signal);
    onRole(outcome.kind === 'busy' ? 'standby' : 'off');
    if (outcome.kind === 'ended' && !signal.aborted) onFault(outcome.fault);
    await sleep(TRY_AGAIN_MS, signal);
  }
}

function dropping({ follower, onRole, onDropped, onBeat }: StreamOptions): LedgerFollower {
  const waiting = new Map<string, bigint>();
  let running: Promise<void> | null = null;
  const dropAll = async (): Promise<void> => {
    while (waiting.size > 0) {
      const batch = [...waiting.entries().take(DROPS_AT_ONCE)];
      for (const [accountNo] of batch) waiting.delete(accountNo);
      await follower.drop(batch);
      onDropped(batch.length);
    }
    running = null;
  };
  return {
    gap: () => follower.forgetAll(),
    termsChanged: () => follower.forgetAll(),
    moved(accountNo, seq) {
      waiting.delete(accountNo); // to the end: what is told last is dropped last
      waiting.set(accountNo, seq);
      // What arrives together goes together.
      running ??= Promise.resolve().then(dropAll);
      return waiting.size > MAX_WAITING ? running : undefined;
    },
    async beat(at, businessDate) {
      await running;
      const wasTaken = await follower.beat(at, businessDate);
      if (wasTaken) {
        onRole('following');
        onBeat(at);
      }
      return wasTaken;
    },
  };
}
