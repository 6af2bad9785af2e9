import { expect, it } from 'vitest';
import { waitingCounter } from './progress.ts';

function output(isTTY: boolean) {
  const written: string[] = [];
  const write = (text: string) => written.push(text) > 0;
  return { written, out: { write, isTTY, columns: 60 } };
}

const unleash = (seconds: number) => [{ name: 'unleash', seconds, limitSeconds: 180 }];

it('a terminal shows one line that counts and is cleared at the end', () => {
  const { written, out } = output(true);
  const counter = waitingCounter(out);
  counter.show(unleash(2)); // as long as a usual start
  counter.show(unleash(23));
  counter.show([]);
  counter.clear();
  expect(written).toEqual(['  unleash: waiting 23 of 180 s', '\r\u001b[2K']);
});

it('a file gets a plain line every 15 seconds', () => {
  const { written, out } = output(false);
  const counter = waitingCounter(out);
  for (let seconds = 1; seconds <= 31; seconds += 1) counter.show(unleash(seconds));
  counter.clear();
  expect(written).toEqual(['  unleash: waiting 15 of 180 s\n', '  unleash: waiting 30 of 180 s\n']);
});

it('a line with several processes is not longer than the terminal is wide', () => {
  const { written, out } = output(true);
  waitingCounter(out).show([...unleash(23), { name: 'kafka', seconds: 24, limitSeconds: 180 }]);
  expect(written[0]?.length).toBeLessThan(60);
});
