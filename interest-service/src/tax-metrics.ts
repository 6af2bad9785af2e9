import type { DataSource } from 'typeorm';
import type { TakenIn } from './flows/tax-posting.ts';

type Waiting = { unsent: string; oldest_s: string; parked: string; dead: string };

const WAITING = `
select (select count(*) from interest.outbox where published_at is null)::text as unsent,
       (select coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)::numeric(12, 3)::text
          from interest.outbox where published_at is null) as oldest_s,
       (select count(*) from tax.parked)::text as parked,
       (select count(*) from tax.dead_letter where redriven_at is null)::text as dead`;

/** Prometheus text of relay and worker: what this process did, and what waits in the database. */
export class TaxMetrics {
  readonly #source: DataSource;
  readonly #taken: TakenIn = { posted: 0, seenBefore: 0, parked: 0, dead: 0, unparked: 0 };
  sent = 0;
  faults = 0;

  constructor(source: DataSource) {
    this.#source = source;
  }

  add(taken: TakenIn): void {
    for (const name of Object.keys(this.#taken) as (keyof TakenIn)[]) this.#taken[name] += taken[name];
  }

  readonly text = async (): Promise<string> => {
    const [waiting] = await this.#source.query<Waiting[]>(WAITING);
    const { posted, seenBefore, parked, dead, unparked } = this.#taken;
    return [
      ...counter('tax_events_sent_total', 'Events sent from the outbox by this process.', this.sent),
      ...counter('tax_faults_total', 'Tries to send or to book that failed and were repeated.', this.faults),
      ...counter('tax_events_taken_total', 'Events taken in by this process, by outcome.', {
        posted,
        seen_before: seenBefore,
        parked,
        unparked,
        dead,
      }),
      ...gauge('tax_outbox_unsent', 'Events that wait to be sent.', waiting?.unsent),
      ...gauge('tax_outbox_oldest_unsent_seconds', 'Age of the oldest of them.', waiting?.oldest_s),
      ...gauge('tax_parked_events', 'Events that wait for the payout they change.', waiting?.parked),
      ...gauge('tax_dead_letters', 'Dead letters that were not sent again.', waiting?.dead),
      '',
    ].join('\n');
  };
}

function counter(name: string, help: string, value: number | Record<string, number>): string[] {
  const lines =
    typeof value === 'number'
      ? [`${name} ${value}`]
      : Object.entries(value).map(([outcome, count]) => `${name}{outcome="${outcome}"} ${count}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} counter`, ...lines];
}

function gauge(name: string, help: string, value = '0'): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${value}`];
}
