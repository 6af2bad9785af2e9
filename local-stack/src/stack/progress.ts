import { SingleBar } from 'cli-progress';
import type { Service } from '../bank/service.ts';
import type { AbsentPart, Part } from '../parts/part.ts';

/** What a person watching the start sees; `--json` prints nothing of it. */
export type Progress = {
  part(part: Part | AbsentPart): void;
  service(service: Service): void;
  step(text: string): void;
  seeding(done: number, total: number): void;
};

export const silent: Progress = { part() {}, service() {}, step() {}, seeding() {} };

export function onTerminal(out: NodeJS.WriteStream): Progress {
  const line = (text: string) => void out.write(`${text}\n`);
  const row = (name: string, version: string, address: string, ms: number) =>
    line(`  ${name.padEnd(20)} ${version.padEnd(10)} ${address.padEnd(52)} ${seconds(ms)}`);
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
    step: line,
    seeding(done, total) {
      if (!bar.isActive) bar.start(total, 0);
      bar.update(done);
      if (done >= total) bar.stop();
    },
  };
}

const seconds = (ms: number) => (ms === 0 ? 'external' : `${(ms / 1000).toFixed(1)} s`);
