import { serviceLog } from '../src/log.ts';
import { stopOnSignal } from '../src/stop.ts';

/** A process with two parts: `well`, `hangs` (the second never closes), `throws` or `rejects` after its start. */
const mode = process.argv[2];
const log = serviceLog('stopping', 'info');
const second = async (): Promise<void> => {
  if (mode === 'hangs') await new Promise(() => undefined);
  log.info('closed second');
};
stopOnSignal(
  log,
  [
    { name: 'first', close: async () => log.info('closed first') },
    { name: 'second', close: second },
  ],
  { withinMs: 500 },
);
setInterval(() => undefined, 1_000); // stays up
log.info('ready');
if (mode === 'throws') {
  setTimeout(() => {
    throw new Error('nothing catches this');
  }, 10);
}
if (mode === 'rejects') void Promise.reject(new Error('nothing awaits this'));
