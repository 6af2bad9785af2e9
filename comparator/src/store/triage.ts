import type pg from 'pg';
import { resolvedMessage } from '../alerts/message.ts';
import { inTransaction } from './database.ts';

/**
 * `new`: nobody has looked · `acknowledged`: somebody has it · `expected`: right as it is, until a day, by a rule that
 * is to be written · `fixed`: must not be seen again · `reopened`: it was. The gateway alone says `new` and `reopened`.
 */
export const TRIAGE_STATES = ['acknowledged', 'expected', 'fixed'] as const;
export type TriageState = (typeof TRIAGE_STATES)[number];

export type Triage = {
  signature: string;
  to: TriageState;
  by: string;
  owner: string;
  note: string | null;
  /** YYYY-MM-DD; of `expected`, and of nothing else. */
  until: string | null;
};

export type Triaged =
  | { kind: 'changed'; from: string }
  | { kind: 'unknown' }
  | { kind: 'already'; state: string };

/** Changes the state of a signature and writes down who did; a fix is told to Slack in the same transaction. */
export function triage(pool: pg.Pool, change: Triage, adminUrl: string): Promise<Triaged> {
  const { signature, to, by, owner, note, until } = change;
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ state: string; operation: string; count: string }>(
      'select state, operation, count from comparator.signature where id = $1 for update',
      [signature],
    );
    const [known] = rows;
    if (known === undefined) return { kind: 'unknown' };
    if (known.state === to && to === 'fixed') return { kind: 'already', state: known.state };
    await client.query(
      `update comparator.signature
          set state = $2, owner = $3, note = $4, expected_until = $5, state_changed_by = $6, state_changed_at = now()
        where id = $1`,
      [signature, to, owner, note, until, by],
    );
    await client.query(
      `insert into comparator.signature_change (signature_id, by, from_state, to_state, owner, note)
       values ($1, $2, $3, $4, $5, $6)`,
      [signature, by, known.state, to, owner, note],
    );
    if (to === 'fixed') {
      const facts = { signature, operation: known.operation, count: Number(known.count), by, note };
      await client.query(
        `insert into comparator.alert (signature_id, kind, message) values ($1, 'resolved', $2)`,
        [signature, JSON.stringify(resolvedMessage(facts, adminUrl))],
      );
    }
    return { kind: 'changed', from: known.state };
  });
}
