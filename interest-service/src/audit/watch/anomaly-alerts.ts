import { ANOMALIES, type Anomaly, type AnomalyKind } from './anomalies.ts';

/** Sends one message to the operators on call; rejects if the message did not arrive. */
export type SendAlert = (text: string) => Promise<void>;

/** This many anomalies are remembered as reported. Beyond that, the oldest may be reported again. */
const MAX_REMEMBERED = 10_000;
/** This many anomalies of a kind are named in a message. */
const MAX_NAMED = 3;

type Unsent = Map<AnomalyKind, { count: number; named: Anomaly[] }>;

/** Reports each new anomaly once, however often it is found. What could not be sent waits for the next message. */
export class AnomalyAlerts {
  readonly #reported = new Set<string>();
  #unsent: Unsent = new Map();

  /** Returns the anomalies that were not reported before. */
  take(anomalies: readonly Anomaly[]): Anomaly[] {
    const fresh = anomalies.filter((anomaly) => {
      const key = `${anomaly.kind} ${anomaly.accountNo} ${anomaly.seq} ${anomaly.found}`;
      if (this.#reported.has(key)) return false;
      this.#reported.add(key);
      return true;
    });
    for (const key of this.#reported) {
      if (this.#reported.size <= MAX_REMEMBERED) break;
      this.#reported.delete(key);
    }
    for (const anomaly of fresh) this.#add(anomaly.kind, 1, [anomaly]);
    return fresh;
  }

  /** Sends one message for all that wait, also for thousands. If it does not arrive, rejects and keeps all of them. */
  async send(sendAlert: SendAlert, mask: (accountNo: string) => string): Promise<void> {
    if (this.#unsent.size === 0) return;
    const sent = this.#unsent;
    this.#unsent = new Map(); // anomalies that are found meanwhile are for the next message
    try {
      await sendAlert(messageOf(sent, mask));
    } catch (fault) {
      for (const [kind, { count, named }] of sent) this.#add(kind, count, named);
      throw fault;
    }
  }

  #add(kind: AnomalyKind, count: number, named: Anomaly[]): void {
    const before = this.#unsent.get(kind) ?? { count: 0, named: [] };
    this.#unsent.set(kind, {
      count: before.count + count,
      named: [...before.named, ...named].slice(0, MAX_NAMED),
    });
  }
}

function messageOf(unsent: Unsent, mask: (accountNo: string) => string): string {
  const lines = [...unsent].map(([kind, { count, named }]) => {
    const where = named.map(({ accountNo, seq }) => `${mask(accountNo)} entry ${seq}`).join(', ');
    return `• *${kind}* ×${count}: ${ANOMALIES[kind]} (${where}${count > named.length ? ', ..' : ''})`;
  });
  return [
    ':rotating_light: *Impossible data in the core ledger*',
    ...lines,
    'Find all of it with `interest-service audit`. Stop payouts if more of it is found.',
  ].join('\n');
}
