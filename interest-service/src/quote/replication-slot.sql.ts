import type pg from 'pg';
import type { DataSource } from 'typeorm';

/** `held`: all changes since `confirmed` will be delivered. `new`: changes before `confirmed` are not known. */
export type SlotTaken = { kind: 'busy' } | { kind: 'held' | 'new'; confirmed: string };

const FIND_SLOT = `
select active, wal_status, confirmed_flush_lsn::text as confirmed from pg_replication_slots where slot_name = $1`;
const CREATE_SLOT = `select lsn::text as confirmed from pg_create_logical_replication_slot($1, 'pgoutput')`;

const DROP_SLOT = 'select pg_drop_replication_slot($1)';
const RETAINED_BYTES = `
select pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::text as bytes
  from pg_replication_slots where slot_name = $1`;

const SLOT_EXISTS = '42710';

/**
 * Finds the durable slot, or creates it. The server gives up a slot that was not followed for so long that its WAL would have
 * filled the disk (`max_slot_wal_keep_size`); such a slot is replaced by a new one.
 */
export async function takeSlot(sql: pg.Client, slot: string): Promise<SlotTaken> {
  const { rows } = await sql.query<{ active: boolean; wal_status: string; confirmed: string | null }>(
    FIND_SLOT,
    [slot],
  );
  const [found] = rows;
  if (found?.active) return { kind: 'busy' };
  if (found !== undefined && found.wal_status !== 'lost' && found.confirmed !== null) {
    return { kind: 'held', confirmed: found.confirmed };
  }
  if (found !== undefined) await sql.query(DROP_SLOT, [slot]);
  try {
    const { rows: made } = await sql.query<{ confirmed: string }>(CREATE_SLOT, [slot]);
    return { kind: 'new', confirmed: made[0]?.confirmed ?? '0/0' };
  } catch (fault) {
    if ((fault as { code?: unknown }).code === SLOT_EXISTS) return { kind: 'busy' };
    throw fault;
  }
}

/** Bytes of WAL that the server keeps for the slot; null if there is no slot. */
export async function retainedBytes(source: DataSource, slot: string): Promise<string | null> {
  const [row] = await source.query<{ bytes: string }[]>(RETAINED_BYTES, [slot]);
  return row?.bytes ?? null;
}
