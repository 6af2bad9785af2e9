const WIDTH = 24;
const REDRAW_MS = 200;

export type Progress = { show(done: number, note: string): void; end(): void };

/** One line on a terminal with progress, rate and remaining time. Writes nothing elsewhere. `total` null: unknown. */
export function progressBar(
  stream: { isTTY?: boolean; write(text: string): unknown },
  total: number | null,
  startAt: number,
  now: () => number = () => performance.now(),
): Progress {
  const started = now();
  let drawnAt = Number.NEGATIVE_INFINITY;
  return {
    show(done, note) {
      if (stream.isTTY !== true || now() - drawnAt < REDRAW_MS) return;
      drawnAt = now();
      stream.write(
        `\r\x1b[2K${progressText(done, total, (done - startAt) / ((now() - started) / 1_000), note)}`,
      );
    },
    end() {
      if (stream.isTTY === true) stream.write('\r\x1b[2K');
    },
  };
}

/** `perSecond`: the rate of this run, without the ids of an earlier run. */
export function progressText(done: number, total: number | null, perSecond: number, note: string): string {
  const rate = Number.isFinite(perSecond) ? Math.round(perSecond) : 0;
  const figures = `${done.toLocaleString('en')}${total === null ? '' : ` of ${total.toLocaleString('en')}`} · ${rate.toLocaleString('en')}/s`;
  if (total === null || total === 0) return `${figures} · ${note}`;
  const share = Math.min(1, done / total);
  const bar = '#'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '-');
  const left = rate > 0 ? ` · ${durationText((total - done) / rate)} left` : '';
  return `[${bar}] ${(share * 100).toFixed(1)} % · ${figures}${left} · ${note}`;
}

function durationText(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`;
}
