import { Counter, Gauge, Registry } from 'prom-client';
import type { DataSource } from 'typeorm';
import type { TakenIn } from './book/tax-book.ts';
import { DIFFERENCES, type Reconciliation, STANDINGS } from './reconciliation/reconciliation.ts';

type Waiting = { unsent: number; oldest_s: number; parked: number; dead: number };

const WAITING = `
select (select count(*) from interest.outbox where published_at is null)::int as unsent,
       (select coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)::float8
          from interest.outbox where published_at is null) as oldest_s,
       (select count(*) from tax.parked)::int as parked,
       (select count(*) from tax.dead_letter where redriven_at is null)::int as dead`;

/** Metrics of relay and worker: what this process did, and what waits in the database. */
export class TaxMetrics {
  readonly #source: DataSource;
  readonly #registry = new Registry();
  readonly #sent = this.#counter('tax_events_sent_total', 'Events sent from the outbox by this process.');
  readonly #faults = this.#counter('tax_faults_total', 'Tries to send or to book that were repeated.');
  readonly #taken = new Counter({
    name: 'tax_events_taken_total',
    help: 'Events taken in by this process, by outcome.',
    labelNames: ['outcome'] as const,
    registers: [this.#registry],
  });
  readonly #unsent = this.#gauge('tax_outbox_unsent', 'Events that wait to be sent.');
  readonly #oldest = this.#gauge('tax_outbox_oldest_unsent_seconds', 'Age of the oldest of them.');
  readonly #parked = this.#gauge('tax_parked_events', 'Events that wait for the payout they change.');
  readonly #dead = this.#gauge('tax_dead_letters', 'Dead letters that were not sent again.');
  readonly #reconciledAt = this.#gauge('tax_reconciled_at_seconds', 'When the books were last proved.');
  readonly #findings = new Gauge({
    name: 'tax_findings',
    help: 'Receipts, days or statements that do not agree in the books, by what is wrong.',
    labelNames: ['what'] as const,
    registers: [this.#registry],
  });
  readonly #repaired = this.#counter('tax_repaired_total', 'Events written or sent again by reconciliation.');

  constructor(source: DataSource) {
    this.#source = source;
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
    const [waiting] = await this.#source.query<Waiting[]>(WAITING);
    if (waiting !== undefined) {
      this.#unsent.set(waiting.unsent);
      this.#oldest.set(waiting.oldest_s);
      this.#parked.set(waiting.parked);
      this.#dead.set(waiting.dead);
    }
    return await this.#registry.metrics();
  };

  #counter(name: string, help: string): Counter {
    return new Counter({ name, help, registers: [this.#registry] });
  }

  #gauge(name: string, help: string): Gauge {
    return new Gauge({ name, help, registers: [this.#registry] });
  }
}
