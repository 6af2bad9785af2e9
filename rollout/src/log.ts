import { type Logger, pino } from 'pino';

/** Lines are written together, at most this late: one write a request costs more than the line itself. */
const WRITE_EVERY_MS = 100;
const WRITE_FROM_BYTES = 8 * 1024;
/** Of lines that nobody takes so many wait; those after them are dropped and counted. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;
/** At the end of the process: who takes no line in this time takes none. */
const MAX_FLUSH_MS = 1_000;

const STANDARD = { output: 1, error: 2 } as const;
type Standard = keyof typeof STANDARD;
type Lines = ReturnType<typeof pino.destination>;
const open = new Map<Standard, Lines>();

/** The log of a process that stays up. */
export function serviceLog(service: string, level: string, to: Standard = 'output'): Logger {
  return pino({ level, base: { service } }, lines(to));
}

/** Lines to standard output or error, in order, and nobody waits for whoever reads them. */
export function lines(to: Standard): Lines {
  const known = open.get(to);
  if (known !== undefined) return known;
  const opened = pino.destination({
    dest: STANDARD[to],
    sync: false,
    minLength: WRITE_FROM_BYTES,
    periodicFlush: WRITE_EVERY_MS,
    maxLength: MAX_WAITING_BYTES,
  });
  tellDrops(opened);
  open.set(to, opened);
  return opened;
}

/**
 * To be awaited before the process exits. With lines that nobody takes it would never end: their write holds a thread for
 * which an exit waits. It is ended as if by SIGKILL then, after everything else has stopped.
 */
export async function leaveLog(): Promise<void> {
  const late = setTimeout(() => process.kill(process.pid, 'SIGKILL'), MAX_FLUSH_MS);
  await Promise.all([...open.values()].map((one) => new Promise<void>((out) => one.flush(() => out()))));
  clearTimeout(late);
}

function tellDrops(opened: Lines): void {
  let dropped = 0;
  opened.on('drop', () => {
    dropped += 1;
  });
  opened.on('drain', () => {
    if (dropped === 0) return;
    const line = { level: 40, time: Date.now(), dropped, msg: 'lines were lost: their reader was too slow' };
    dropped = 0;
    opened.write(`${JSON.stringify(line)}\n`);
  });
}
