import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { closeLog, logStream } from '../src/log.ts';

/** Logs ten megabytes, writes its process id into a file, and exits. */
const LINES = 40_000;
const log = pino(logStream());
for (let i = 0; i < LINES; i += 1) {
  log.info({ filling: 'x'.repeat(200) }, 'many');
  if (i % 1_000 === 0) await pause(1);
}
writeFileSync(process.argv[2] ?? '', String(process.pid));
await pause(2_000); // time for a reader to wake
log.info('last');
await closeLog();
process.exit(0);
