export type StreamState = {
  role: 'following' | 'standby' | 'off';
  dropped: number;
  epochs: number;
  /** `performance.now()` of the last beat that Redis took. */
  lastBeatAt: number | null;
};

/** Prometheus text. `retainedBytes`: log the server keeps for the slot; alarm well below max_slot_wal_keep_size. */
export function streamMetrics(state: StreamState, retainedBytes: string | null): string {
  const metric = (name: string, type: 'counter' | 'gauge', help: string, value: number | string) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    `${name} ${value}`,
  ];
  const { role, dropped, epochs, lastBeatAt } = state;
  return [
    ...metric(
      'ledger_stream_following',
      'gauge',
      'One if this process has the slot.',
      role === 'following' ? 1 : 0,
    ),
    ...metric('ledger_stream_dropped_total', 'counter', 'Drops of quotes, repeated ones too.', dropped),
    ...metric('ledger_stream_epochs_total', 'counter', 'Times all kept quotes were given up.', epochs),
    ...(lastBeatAt === null
      ? []
      : metric(
          'ledger_stream_beat_age_seconds',
          'gauge',
          'Since the last beat Redis took; above 2 quotes ask the ledger first.',
          ((performance.now() - lastBeatAt) / 1_000).toFixed(3),
        )),
    ...(retainedBytes === null
      ? []
      : metric(
          'ledger_stream_retained_bytes',
          'gauge',
          'Log kept for the slot by PostgreSQL.',
          retainedBytes,
        )),
    '',
  ].join('\n');
}
