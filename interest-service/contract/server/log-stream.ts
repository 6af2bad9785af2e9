import { pino } from 'pino';

/** Lines are written together, at most this late: one write a request costs more than the line itself. */
const WRITE_EVERY_MS = 100;
const WRITE_FROM_BYTES = 8 * 1024;

type LogStream = ReturnType<typeof pino.destination>;
let stream: LogStream | null = null;

/** Standard output of this process. What a SIGKILL loses is a tenth of a second of lines; every other end writes them. */
export function logStream(): LogStream {
  if (stream === null) {
    const opened = pino.destination({
      dest: 1,
      sync: false,
      minLength: WRITE_FROM_BYTES,
      periodicFlush: WRITE_EVERY_MS,
    });
    process.on('exit', () => opened.flushSync());
    stream = opened;
  }
  return stream;
}
