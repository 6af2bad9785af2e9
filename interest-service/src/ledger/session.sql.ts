import { Fault } from '@core-exit/process/faults';
import type { DataSource } from 'typeorm';
import { INTEREST_FAULTS } from './faults.ts';

/** Server parameters of a connection by name: milliseconds or text. */
export type SessionSettings = Readonly<Record<string, number | string>>;

type Query = (sql: string, values: unknown[]) => Promise<{ setting: string }[]>;

/** As the connection's `options`: the server sets them at connect, so they cost no round trip and apply to every code path. */
export function optionsOf(settings: SessionSettings): string {
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}

/**
 * Throws SESSION_NOT_SAFE unless the server has each setting. A driver or a pooler that silently drops connection options
 * would leave payouts without limits.
 */
export async function assertSession(query: Query, settings: SessionSettings): Promise<void> {
  for (const [name, due] of Object.entries(settings)) {
    const [row] = await query('select setting from pg_settings where lower(name) = lower($1)', [name]);
    // The server returns DateStyle with its order of day and month: "ISO, MDY".
    if (row?.setting.split(',')[0] === String(due)) continue;
    throw new Fault(
      INTEREST_FAULTS.SESSION_NOT_SAFE,
      `${name} is ${row?.setting} instead of ${due}: the driver or a pooler dropped the connection's options`,
    );
  }
}

/** Whether the database answers a query now. */
export async function isReachable(source: DataSource): Promise<boolean> {
  try {
    await source.query('select 1');
    return true;
  } catch {
    return false;
  }
}
