import { AccountBusy } from '../ledger/faults.ts';

/**
 * This many payouts of one account may hold a connection of the process at once. When the row lock is released, the next payout
 * already waits at the lock, and the other connections stay free for other accounts. With one, a hot account is a fifth
 * slower; four are no faster.
 */
export const MAX_AT_ONCE = 2;
/** More requests than an impatient customer sends. */
const MAX_WAITING = 100;
/** As long as a payout waits for a row lock. */
const WAIT_MS = 2_000;

type Queue = { running: number; waiting: (() => void)[] };

/**
 * Payouts of one account take turns in this process before they take a connection. The turns protect the pool, not the money:
 * payouts are serialised by the row lock, which other processes and channels take as well.
 */
export class AccountTurns {
  readonly #queues = new Map<string, Queue>();

  /** Runs `work` in its turn. Throws {@link AccountBusy} if the wait is too long, or if too many requests wait. */
  async take<T>(accountNo: string, work: () => Promise<T>): Promise<T> {
    const queue = this.#queues.get(accountNo) ?? { running: 0, waiting: [] };
    this.#queues.set(accountNo, queue);
    if (queue.running >= MAX_AT_ONCE) await turn(queue);
    else queue.running += 1;
    try {
      return await work();
    } finally {
      // The next payout takes over this place, so `running` stays the same.
      const next = queue.waiting.shift();
      if (next !== undefined) next();
      else if (--queue.running === 0) this.#queues.delete(accountNo);
    }
  }
}

async function turn({ waiting }: Queue): Promise<void> {
  if (waiting.length >= MAX_WAITING) throw new AccountBusy('too many requests wait for the account');
  await new Promise<void>((resolve, reject) => {
    const begin = () => {
      clearTimeout(late);
      resolve();
    };
    const late = setTimeout(() => {
      waiting.splice(waiting.indexOf(begin), 1);
      reject(new AccountBusy('the account stayed busy'));
    }, WAIT_MS);
    waiting.push(begin);
  });
}
