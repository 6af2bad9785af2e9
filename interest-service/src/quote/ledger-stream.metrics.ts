export type StreamState = {
  role: 'following' | 'standby' | 'off';
  dropped: number;
  epochs: number;
  /** `performance.now()` of the last beat that Redis stored. */
  lastBeatAt: number | null;
};

/** Prometheus text. `retainedBytes`: WAL that the server keeps for the slot; alarm well below max_slot_wal_keep_size. */
export function streamMetrics(state: StreamState, retainedBytes: string | null): string {
  const metric = (name: string, type: 'counter' | 'gauge', help: string, value: number | string) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    `${name} ${value}`,
  ];
  const { role, dropped, epochs, lastBeatAt } = state;
  const following = role === 'following' ? 1 : 0;
  const beatAge = lastBeatAt === null ? null : ((performance.now() - lastBeatAt) / 1_000).toFixed(3);
  return [
    ...metric('ledger_stream_following', 'gauge', 'One if this process has the slot.', following),
    ...metric('ledger_stream_dropped_total', 'counter', 'Drops of quotes, with repeated ones.', dropped),
    ...metric('ledger_stream_epochs_total', 'counter', 'Times that all cached quotes were given up.', epochs),
    ...(beatAge === null
      ? []
      : metric(
          'ledger_stream_beat_age_seconds',
          'gauge',
          'Since the last beat that Redis stored; above 2, quotes read the ledger first.',
          beatAge,
        )),
    ...(retainedBytes === null
      ? []
      : metric(
          'ledger_stream_retained_bytes',
          'gauge',
          'WAL that PostgreSQL keeps for the slot.',
          retainedBytes,
        )),
    '',
  ].join('\n');
}
