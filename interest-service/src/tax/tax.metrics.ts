import { Counter, Gauge, Registry } from 'prom-client';
import type { TakenIn } from './book/tax-book.ts';
import { DIFFERENCES, type Reconciliation, STANDINGS } from './reconciliation/reconciliation.ts';

/** What waits in the database. */
export type Backlog = { unsent: number; oldestSeconds: number; parked: number; dead: number };

/** Metrics of relay and worker: what this process did, and what waits in the database. */
export class TaxMetrics {
  readonly #readBacklog: () => Promise<Backlog>;
  readonly #registry = new Registry();
  readonly #sent = this.#counter('tax_events_sent_total', 'Events sent from the outbox by this process.');
  readonly #faults = this.#counter('tax_faults_total', 'Attempts to send or to book that were repeated.');
  readonly #taken = new Counter({
    name: 'tax_events_taken_total',
    help: 'Events taken in by this process, by outcome.',
    labelNames: ['outcome'] as const,
    registers: [this.#registry],
  });
  readonly #unsent = this.#gauge('tax_outbox_unsent', 'Events that wait to be sent.');
  readonly #oldest = this.#gauge('tax_outbox_oldest_unsent_seconds', 'Age of the oldest of them.');
  readonly #parked = this.#gauge('tax_parked_events', 'Events that wait for the payout that they change.');
  readonly #dead = this.#gauge('tax_dead_letters', 'Dead letters that were not sent again.');
  readonly #reconciledAt = this.#gauge('tax_reconciled_at_seconds', 'Time of the last reconciliation.');
  readonly #findings = new Gauge({
    name: 'tax_findings',
    help: 'Receipts, days or statements that differ in the books, by kind.',
    labelNames: ['what'] as const,
    registers: [this.#registry],
  });
  readonly #repaired = this.#counter('tax_repaired_total', 'Events written or sent again by reconciliation.');

  constructor(readBacklog: () => Promise<Backlog>) {
    this.#readBacklog = readBacklog;
  }

  sent(events: number): void {
    this.#sent.inc(events);
  }

  fault(): void {
    this.#faults.inc();
  }

  took(taken: TakenIn): void {
    for (const [outcome, events] of Object.entries(taken)) this.#taken.inc({ outcome }, events);
  }

  reconciled({ findings, repaired }: Reconciliation): void {
    this.#reconciledAt.setToCurrentTime();
    this.#repaired.inc(repaired.NO_EVENT + repaired.NOT_BOOKED);
    for (const what of Object.keys({ ...STANDINGS, ...DIFFERENCES })) this.#findings.set({ what }, 0);
    for (const { what, count } of findings) this.#findings.set({ what }, count);
  }

  readonly text = async (): Promise<string> => {
    const { unsent, oldestSeconds, parked, dead } = await this.#readBacklog();
    this.#unsent.set(unsent);
    this.#oldest.set(oldestSeconds);
    this.#parked.set(parked);
    this.#dead.set(dead);
    return await this.#registry.metrics();
  };

  #counter(name: string, help: string): Counter {
    return new Counter({ name, help, registers: [this.#registry] });
  }

  #gauge(name: string, help: string): Gauge {
    return new Gauge({ name, help, registers: [this.#registry] });
  }
}
