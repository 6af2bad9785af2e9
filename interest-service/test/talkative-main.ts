import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { leaveLog, logStream } from '../contract/server/log-stream.ts';

/** Logs ten megabytes, says in a file that it came so far, and ends. */
const LINES = 40_000;
const log = pino(logStream());
for (let i = 0; i < LINES; i += 1) {
  log.info({ filling: 'x'.repeat(200) }, 'many');
  if (i % 1_000 === 0) await pause(1);
}
writeFileSync(process.argv[2] ?? '', String(process.pid));
await pause(2_000); // time for a reader to wake
log.info('last');
await leaveLog();
process.exit(0);
