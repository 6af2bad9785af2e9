const WIDTH = 24;
const REDRAW_MS = 200;

export type Progress = { show(done: number, note: string): void; end(): void };

/** One line on a terminal: how far, how fast, how long still. Elsewhere nothing. `total` null: nobody knows it. */
export function progressBar(
  stream: { isTTY?: boolean; write(text: string): unknown },
  total: number | null,
  begunAt: number,
  now: () => number = () => performance.now(),
): Progress {
  const started = now();
  let drawnAt = Number.NEGATIVE_INFINITY;
  return {
    show(done, note) {
      if (stream.isTTY !== true || now() - drawnAt < REDRAW_MS) return;
      drawnAt = now();
      stream.write(
        `\r\x1b[2K${progressText(done, total, (done - begunAt) / ((now() - started) / 1_000), note)}`,
      );
    },
    end() {
      if (stream.isTTY === true) stream.write('\r\x1b[2K');
    },
  };
}

/** `perSecond`: of this run; what a killed one did before says nothing of the rate. */
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
