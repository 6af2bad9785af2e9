import { AccountBusy } from '../ledger/ports.ts';

/**
 * Of one account, this many payouts of a process may hold a connection at once: the next one already stands at the row lock
 * when it is given up, and the other connections stay free for everybody else's accounts. One alone is a fifth slower at a
 * hot account, four are no faster.
 */
export const AT_ONCE = 2;
/** More than a customer's impatience can explain. */
const WAITING_AT_MOST = 100;
/** As long as a row lock is waited for. */
const WAIT_MS = 2_000;

type Queue = { running: number; waiting: (() => void)[] };

/**
 * Payouts of one account take turns in this process before they take a connection. It protects the pool, not the
 * money: what serialises payouts is the row lock, which other processes and channels take as well.
 */
export class AccountTurns {
  readonly #queues = new Map<string, Queue>();

  /** Runs `work` when it is its turn. Throws {@link AccountBusy} when the wait is too long, or would be. */
  async take<T>(accountNo: string, work: () => Promise<T>): Promise<T> {
    const queue = this.#queues.get(accountNo) ?? { running: 0, waiting: [] };
    this.#queues.set(accountNo, queue);
    if (queue.running >= AT_ONCE) await turn(queue);
    else queue.running += 1;
    try {
      return await work();
    } finally {
      // Handing the place on keeps `running` as it is.
      const next = queue.waiting.shift();
      if (next !== undefined) next();
      else if (--queue.running === 0) this.#queues.delete(accountNo);
    }
  }
}

async function turn({ waiting }: Queue): Promise<void> {
  if (waiting.length >= WAITING_AT_MOST) throw new AccountBusy('too many requests wait for the account');
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
