import { pino } from 'pino';

/** Lines are written together, at most this late: one write a request costs more than the line itself. */
const WRITE_EVERY_MS = 100;
const WRITE_FROM_BYTES = 8 * 1024;
/** Of lines that nobody takes so many wait; those after them are dropped and counted. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;
/** At the end of the process: who takes no line in this time takes none. */
const MAX_FLUSH_MS = 1_000;

type LogStream = ReturnType<typeof pino.destination>;
let stream: LogStream | null = null;

/**
 * Standard output of this process, and nobody waits for whoever reads it. What a SIGKILL loses is a tenth of a second of
 * lines; every other end writes them, by {@link leaveLog}.
 */
export function logStream(): LogStream {
  if (stream === null) {
    const opened = pino.destination({
      dest: 1,
      sync: false,
      minLength: WRITE_FROM_BYTES,
      periodicFlush: WRITE_EVERY_MS,
      maxLength: MAX_WAITING_BYTES,
    });
    tellDrops(opened);
    stream = opened;
  }
  return stream;
}

/**
 * To be awaited before the process exits. With lines that nobody takes it would never end: their write holds a thread for
 * which an exit waits. It is ended as if by SIGKILL then, after everything else has stopped.
 */
export async function leaveLog(): Promise<void> {
  const late = setTimeout(() => process.kill(process.pid, 'SIGKILL'), MAX_FLUSH_MS);
  await new Promise<void>((out) => (stream === null ? out() : stream.flush(() => out())));
  clearTimeout(late);
}

function tellDrops(opened: LogStream): void {
  let dropped = 0;
  opened.on('drop', () => {
    dropped += 1;
  });
  opened.on('drain', () => {
    if (dropped === 0) return;
    const line = {
      level: 40,
      time: Date.now(),
      dropped,
      msg: 'log lines were lost: their reader was too slow',
    };
    dropped = 0;
    opened.write(`${JSON.stringify(line)}\n`);
  });
}
