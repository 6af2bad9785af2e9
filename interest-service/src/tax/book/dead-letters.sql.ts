import type { DataSource } from 'typeorm';
import type { Letter } from './redrive.ts';

/** Which records became dead letters, and which of them were sent again. What they say is in the dead-letter topic. */
export type DeadLetterRegister = {
  /** A record that is registered already stays as it is. */
  add(letters: readonly { origin: string; eventId: string | null; cause: string }[]): Promise<void>;
  /** Origins that were sent again, of those asked for. */
  redriven(origins: readonly string[]): Promise<Set<string>>;
  /** Events that are booked by now, of those asked for. */
  booked(eventIds: readonly string[]): Promise<Set<string>>;
  markRedriven(origin: string): Promise<void>;
  /** Letters of events that the outbox has; what they say is there. */
  inOutbox(): Promise<Letter[]>;
  sendFromOutbox(eventId: string): Promise<void>;
};

const ADD = `
insert into tax.dead_letter (origin, event_id, cause)
select * from unnest($1::text[], $2::uuid[], $3::text[]) order by 1 on conflict do nothing`;

const IN_OUTBOX = `
select d.origin, d.cause, d.event_id as "eventId", o.account_no as key, o.payload::text as value
  from tax.dead_letter d join interest.outbox o using (event_id) order by d.dead_at`;

export function deadLetterRegister(source: DataSource): DeadLetterRegister {
  return {
    async add(letters) {
      await source.query(ADD, [
        letters.map((letter) => letter.origin),
        letters.map((letter) => letter.eventId),
        letters.map((letter) => letter.cause),
      ]);
    },
    async redriven(origins) {
      const rows = await source.query<{ origin: string }[]>(
        'select origin from tax.dead_letter where origin = any($1) and redriven_at is not null',
        [origins],
      );
      return new Set(rows.map(({ origin }) => origin));
    },
    async booked(eventIds) {
      const rows = await source.query<{ event_id: string }[]>(
        'select event_id from tax.inbox where event_id = any($1::uuid[])',
        [eventIds],
      );
      return new Set(rows.map(({ event_id }) => event_id));
    },
    async markRedriven(origin) {
      await source.query('update tax.dead_letter set redriven_at = clock_timestamp() where origin = $1', [
        origin,
      ]);
    },
    async inOutbox() {
      const rows = await source.query<Omit<Letter, 'headers'>[]>(IN_OUTBOX);
      return rows.map((row) => ({ ...row, headers: {} }));
    },
    async sendFromOutbox(eventId) {
      await source.query('update interest.outbox set published_at = null where event_id = $1', [eventId]);
    },
  };
}
