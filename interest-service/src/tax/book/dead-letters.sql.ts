import type { DataSource } from 'typeorm';
import type { DeadLetterRegister } from './dead-letters.ts';
import type { Letter } from './redrive.ts';

const ADD = `
insert into tax.dead_letter (origin, event_id, cause)
select * from unnest($1::text[], $2::uuid[], $3::text[]) order by 1 on conflict do nothing`;

const REDRIVEN = 'select origin from tax.dead_letter where origin = any($1) and redriven_at is not null';
const BOOKED = 'select event_id from tax.inbox where event_id = any($1::uuid[])';
const MARK_REDRIVEN = 'update tax.dead_letter set redriven_at = clock_timestamp() where origin = $1';

const IN_OUTBOX = `
select d.origin, d.cause, d.event_id as "eventId", o.account_no as key, o.payload::text as value
  from tax.dead_letter d join interest.outbox o using (event_id) order by d.dead_at`;

const SEND_FROM_OUTBOX = 'update interest.outbox set published_at = null where event_id = $1';

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
      const rows = await source.query<{ origin: string }[]>(REDRIVEN, [origins]);
      return new Set(rows.map(({ origin }) => origin));
    },
    async booked(eventIds) {
      const rows = await source.query<{ event_id: string }[]>(BOOKED, [eventIds]);
      return new Set(rows.map(({ event_id }) => event_id));
    },
    async markRedriven(origin) {
      await source.query(MARK_REDRIVEN, [origin]);
    },
    async inOutbox() {
      const rows = await source.query<Omit<Letter, 'headers'>[]>(IN_OUTBOX);
      return rows.map((row) => ({ ...row, headers: {} }));
    },
    async sendFromOutbox(eventId) {
      await source.query(SEND_FROM_OUTBOX, [eventId]);
    },
  };
}
