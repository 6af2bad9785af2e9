import { ANOMALIES, type Anomaly, type AnomalyKind } from './anomalies.ts';

/** Sends one text to whoever is on call; rejects when it did not arrive. */
export type Tell = (text: string) => Promise<void>;

/** So many are remembered as told; beyond, the oldest may be told again. */
const MOST_REMEMBERED = 10_000;
/** So many of a kind are named in a message. */
const NAMED = 3;

type Waiting = Map<AnomalyKind, { count: number; named: Anomaly[] }>;

/** New anomalies once each, however often they are seen; what could not be told waits and goes with the next ones. */
export class AnomalyAlerts {
  readonly #told = new Set<string>();
  #waiting: Waiting = new Map();

  /** Those that were not seen before. */
  take(anomalies: readonly Anomaly[]): Anomaly[] {
    const fresh = anomalies.filter((anomaly) => {
      const key = `${anomaly.kind} ${anomaly.accountNo} ${anomaly.seq} ${anomaly.found}`;
      if (this.#told.has(key)) return false;
      this.#told.add(key);
      return true;
    });
    for (const key of this.#told) {
      if (this.#told.size <= MOST_REMEMBERED) break;
      this.#told.delete(key);
    }
    for (const anomaly of fresh) this.#wait(anomaly.kind, 1, [anomaly]);
    return fresh;
  }

  /** One message for all that wait, a storm too; rejects and keeps them when it does not arrive. */
  async send(tell: Tell, mask: (accountNo: string) => string): Promise<void> {
    if (this.#waiting.size === 0) return;
    const sent = this.#waiting;
    this.#waiting = new Map(); // what comes meanwhile is for the next message
    try {
      await tell(messageOf(sent, mask));
    } catch (fault) {
      for (const [kind, { count, named }] of sent) this.#wait(kind, count, named);
      throw fault;
    }
  }

  #wait(kind: AnomalyKind, count: number, named: Anomaly[]): void {
    const before = this.#waiting.get(kind) ?? { count: 0, named: [] };
    this.#waiting.set(kind, {
      count: before.count + count,
      named: [...before.named, ...named].slice(0, NAMED),
    });
  }
}

function messageOf(waiting: Waiting, mask: (accountNo: string) => string): string {
  const lines = [...waiting].map(([kind, { count, named }]) => {
    const where = named.map(({ accountNo, seq }) => `${mask(accountNo)} entry ${seq}`).join(', ');
    return `• *${kind}* ×${count}: ${ANOMALIES[kind]} (${where}${count > named.length ? ', ..' : ''})`;
  });
  return [
    ':rotating_light: *Impossible data in the core ledger*',
    ...lines,
    'Find the whole of it with `interest-service audit`; stop payouts if it goes on.',
  ].join('\n');
}
