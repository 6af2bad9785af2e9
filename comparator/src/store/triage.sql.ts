import type pg from 'pg';
import { resolvedMessage } from '../alerts/message.ts';
import { inTransaction } from './database.ts';

/**
 * The states that a person gives to a signature. `acknowledged`: the owner examines it. `expected`: the difference is
 * correct until a day, by when a rule must explain it. `fixed`: it must not be seen again. The gateway sets the two other
 * states: `new`, and `reopened` when a fixed or no longer expected signature is seen again.
 */
export const TRIAGE_STATES = ['acknowledged', 'expected', 'fixed'] as const;
export type TriageState = (typeof TRIAGE_STATES)[number];

export type Triage = {
  signature: string;
  to: TriageState;
  by: string;
  owner: string;
  note: string | null;
  /** YYYY-MM-DD for `expected`, null for every other state. */
  until: string | null;
};

export type Triaged =
  | { kind: 'changed'; from: string }
  | { kind: 'unknown' }
  | { kind: 'already'; state: string };

/** Changes the state of a signature and records who did it. The Slack message about a fix is stored in the same transaction. */
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
      const resolved = { signature, operation: known.operation, count: Number(known.count), by, note };
      await client.query(
        `insert into comparator.alert (signature_id, kind, message) values ($1, 'resolved', $2)`,
        [signature, JSON.stringify(resolvedMessage(resolved, adminUrl))],
      );
    }
    return { kind: 'changed', from: known.state };
  });
}
