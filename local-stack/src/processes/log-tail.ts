import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';

/** Long enough for a stack trace, short enough for a terminal. */
const TAIL_LINES = 15;
const TAIL_BYTES = 16 * 1024;

/** The last lines of a log, without reading the rest of it. */
export function logTail(path: string): string {
  if (!existsSync(path)) return '';
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(file, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString('utf8').trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
  } finally {
    closeSync(file);
  }
}
