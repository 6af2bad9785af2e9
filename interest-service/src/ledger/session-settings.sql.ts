/** Server parameters of a connection by name: milliseconds or text. */
export type SessionSettings = Readonly<Record<string, number | string>>;

type Ask = (sql: string, values: unknown[]) => Promise<{ setting: string }[]>;

/** As the connection's `options`: set by the server at connect, no round trip, and no code path can forget them. */
export function optionsOf(settings: SessionSettings): string {
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}

/** The connection has other limits than it asked for: nothing would end what hangs. */
class SessionNotSafe extends Error {
  readonly code = 'SESSION_NOT_SAFE';
  override name = 'SessionNotSafe';
}

/**
 * Throws {@link SessionNotSafe} unless the server has each setting. A driver or a pooler in between that drops connection
 * options in silence would leave payouts without limits.
 */
export async function assertSession(ask: Ask, settings: SessionSettings): Promise<void> {
  for (const [name, due] of Object.entries(settings)) {
    const [row] = await ask('select setting from pg_settings where lower(name) = lower($1)', [name]);
    // DateStyle is told with its order of day and month: "ISO, MDY".
    if (row?.setting.split(',')[0] === String(due)) continue;
    throw new SessionNotSafe(
      `${name} is ${row?.setting} instead of ${due}: the driver or a pooler ignored the connection's options; connect to PostgreSQL itself`,
    );
  }
}
