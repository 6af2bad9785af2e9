import { SingleBar } from 'cli-progress';
import type { Progress } from '../cores/run-cores.ts';

/** A bar on standard error when somebody watches; nothing else there. */
export function progressOn(out: NodeJS.WriteStream, what: string): Progress & { stop(): void } {
  if (!out.isTTY) return { total() {}, step() {}, stop() {} };
  const bar = new SingleBar({
    format: `${what} {bar} {value}/{total} rows  {duration} s`,
    stream: out,
    hideCursor: true,
    clearOnComplete: true,
  });
  return {
    total: (rows) => bar.start(rows, 0),
    step: () => bar.increment(),
    stop: () => bar.stop(),
  };
}
