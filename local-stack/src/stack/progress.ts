import { SingleBar } from 'cli-progress';
import type { Service } from '../bank/service.ts';
import type { AbsentPart, Part } from '../parts/part.ts';
import type { OnWaiting, Waiting } from '../processes/waiting.ts';

/** What a person sees of the start. With `--json` nothing is printed. */
export type Progress = {
  part(part: Part | AbsentPart): void;
  service(service: Service): void;
  /** Prints a line. */
  line(text: string): void;
  seeding(done: number, total: number): void;
  waiting: OnWaiting;
};

export const silent: Progress = { part() {}, service() {}, line() {}, seeding() {}, waiting() {} };

type Output = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>;

const CLEAR_LINE = '\r\u001b[2K';
/** A usual start is shorter, and a counter would only flicker. */
const COUNT_FROM_SECONDS = 3;
const LINE_EVERY_SECONDS = 15;

/** Progress on a terminal, with a live counter of what the stack waits for; elsewhere in plain lines. */
export function printedProgress(out: NodeJS.WriteStream): Progress {
  const counter = waitingCounter(out);
  const line = (text: string) => {
    counter.clear();
    out.write(`${text}\n`);
  };
  const row = (name: string, version: string, address: string, ms: number) =>
    line(`  ${name.padEnd(20)} ${version.padEnd(10)} ${address.padEnd(52)} ${secondsText(ms)}`);
  const bar = new SingleBar({
    format: '  customers {bar} {value}/{total}  {duration} s',
    stream: out,
    hideCursor: true,
    clearOnComplete: true,
  });
  return {
    part(part) {
      if ('absent' in part) line(`  ${part.absent}; the outbox in Postgres carries the events instead`);
      else row(part.name, part.version, part.address, part.startedInMs);
    },
    service: ({ name, url, startedInMs }) => row(name, '', url, startedInMs),
    line,
    seeding(done, total) {
      if (!bar.isActive) bar.start(total, 0);
      bar.update(done);
      if (done >= total) bar.stop();
    },
    waiting: counter.show,
  };
}

/** Prints the processes that a run waits for: on a terminal one line that counts, elsewhere a line every 15 seconds. */
export function waitingCounter(out: Output): { show: OnWaiting; clear(): void } {
  let isShown = false;
  const clear = () => {
    if (isShown) out.write(CLEAR_LINE);
    isShown = false;
  };
  return {
    clear,
    show(waiting) {
      if (!out.isTTY) {
        for (const one of waiting.filter(isDue)) out.write(`  ${waitingText(one)}\n`);
        return;
      }
      clear();
      const text = waiting
        .filter(({ seconds }) => seconds >= COUNT_FROM_SECONDS)
        .map(waitingText)
        .join('; ');
      if (text === '') return;
      out.write(`  ${text}`.slice(0, out.columns - 1)); // a wrapped line could not be cleared
      isShown = true;
    },
  };
}

const isDue = ({ seconds }: Waiting) => seconds > 0 && seconds % LINE_EVERY_SECONDS === 0;

const waitingText = ({ name, seconds, limitSeconds }: Waiting) =>
  `${name}: waiting ${seconds} of ${limitSeconds} s`;

const secondsText = (ms: number) => (ms === 0 ? 'external' : `${(ms / 1000).toFixed(1)} s`);
