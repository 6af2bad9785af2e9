import { type Logger, pino } from 'pino';
import { faultForLog } from './fault-for-log.ts';

/** Lines are written together, at most this late: one write for each request costs more than the line itself. */
const WRITE_EVERY_MS = 100;
const WRITE_FROM_BYTES = 8 * 1024;
/** While the reader of the log is slow, so many bytes wait in memory; later lines are dropped and counted. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;
/** When the process exits, the reader has this long to take the last lines. */
const MAX_FLUSH_MS = 1_000;

const STANDARD = { output: 1, error: 2 } as const;
type Standard = keyof typeof STANDARD;
type LogStream = ReturnType<typeof pino.destination>;
const open = new Map<Standard, LogStream>();

/**
 * The structured log of a process: JSON lines, each with the name of the service. Errors are logged without the values
 * that a database or a driver adds to them ({@link faultForLog}).
 */
export function serviceLog(service: string, level: string, to: Standard = 'output'): Logger {
  return pino({ level, base: { service }, serializers: { err: faultForLog } }, logStream(to));
}

/**
 * Standard output or standard error of this process. A write never blocks the process, even if the reader of the log has
 * stopped reading. SIGKILL loses up to {@link WRITE_EVERY_MS} of lines; {@link closeLog} writes all of them.
 */
export function logStream(to: Standard = 'output'): LogStream {
  const known = open.get(to);
  if (known !== undefined) return known;
  const opened = pino.destination({
    dest: STANDARD[to],
    sync: false,
    minLength: WRITE_FROM_BYTES,
    periodicFlush: WRITE_EVERY_MS,
    maxLength: MAX_WAITING_BYTES,
  });
  logDroppedLines(opened);
  open.set(to, opened);
  return opened;
}

/**
 * Writes the lines that still wait; await it before the process exits. If standard output is blocked, the flush never
 * finishes and its thread would hold the exit, so the process kills itself after {@link MAX_FLUSH_MS}.
 */
export async function closeLog(): Promise<void> {
  const late = setTimeout(() => process.kill(process.pid, 'SIGKILL'), MAX_FLUSH_MS);
  await Promise.all([...open.values()].map((one) => new Promise<void>((done) => one.flush(() => done()))));
  clearTimeout(late);
}

function logDroppedLines(opened: LogStream): void {
  let dropped = 0;
  opened.on('drop', () => {
    dropped += 1;
  });
  opened.on('drain', () => {
    if (dropped === 0) return;
    const msg = 'log lines were lost because their reader was too slow';
    opened.write(`${JSON.stringify({ level: 40, time: Date.now(), dropped, msg })}\n`);
    dropped = 0;
  });
}
