import type { Follower } from '@core-exit/cache';

/** This many accounts may wait for their drop; then the stream waits for Redis. A batch over all accounts arrives at once. */
const MAX_WAITING = 20_000;
/** Drops of one round trip to Redis. */
const DROPS_AT_ONCE = 500;
/** Pause of a standby between two checks of the slot, and before a stream that ended is started again. */
const TRY_AGAIN_MS = 500;

/** Receives the changes of the ledger in the order of their commits. */
export type LedgerFollower = {
  /** Changes are missing, because the slot is new. */
  gap(): void;
  /** The history of an account now reaches this position. The stream waits for a returned promise before it continues. */
  moved(accountNo: string, seq: bigint): Promise<void> | undefined;
  /** Terms or rates of a product changed. */
  termsChanged(): void;
  /** Every change that was committed before this moment of the bank's clock was delivered. Returns true once all are handled. */
  beat(at: number, businessDate: string): Promise<boolean>;
};

/** The change stream of the ledger, through one durable replication slot that one process at a time can have. */
export interface LedgerChanges {
  /** Follows until the stream ends (`ended`), or returns at once because another process has the slot (`busy`). */
  follow(
    follower: LedgerFollower,
    signal: AbortSignal,
  ): Promise<{ kind: 'busy' } | { kind: 'ended'; fault: unknown }>;
}

export type StreamOptions = {
  changes: LedgerChanges;
  follower: Follower;
  signal: AbortSignal;
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  onRole: (role: 'following' | 'standby' | 'off') => void;
  onDropped: (accounts: number) => void;
  onBeat: (at: number) => void;
  onFault: (fault: unknown) => void;
};

/**
 * Drops the cached quote of every account that changed, and reports to the caches how far it has read. A change that is delivered
 * twice after a restart is dropped twice, which costs at most one more computation.
 */
export async function ledgerStream(options: StreamOptions): Promise<void> {
  const { changes, signal, sleep, onRole, onFault } = options;
  while (!signal.aborted) {
    const outcome = await changes.follow(dropping(options), signal);
    onRole(outcome.kind === 'busy' ? 'standby' : 'off');
    if (outcome.kind === 'ended' && !signal.aborted) onFault(outcome.fault);
    await sleep(TRY_AGAIN_MS, signal);
  }
}

function dropping({ follower, onRole, onDropped, onBeat }: StreamOptions): LedgerFollower {
  const waiting = new Map<string, bigint>();
  let dropping: Promise<void> | null = null;
  const dropAll = async (): Promise<void> => {
    while (waiting.size > 0) {
      const batch = [...waiting.entries().take(DROPS_AT_ONCE)];
      for (const [accountNo] of batch) waiting.delete(accountNo);
      await follower.drop(batch);
      onDropped(batch.length);
    }
    dropping = null;
  };
  return {
    gap: () => follower.forgetAll(),
    termsChanged: () => follower.forgetAll(),
    moved(accountNo, seq) {
      waiting.delete(accountNo); // moved to the end, because the latest change is dropped last
      waiting.set(accountNo, seq);
      // Changes that arrive together are dropped together.
      dropping ??= Promise.resolve().then(dropAll);
      return waiting.size > MAX_WAITING ? dropping : undefined;
    },
    async beat(at, businessDate) {
      await dropping;
      const wasTaken = await follower.beat(at, businessDate);
      if (wasTaken) {
        onRole('following');
        onBeat(at);
      }
      return wasTaken;
    },
  };
}
