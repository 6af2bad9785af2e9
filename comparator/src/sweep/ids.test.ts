import { expect, test } from 'vitest';
import { chunksOf } from './ids.ts';

test('ranges keep their leading zeros and can be continued in the middle', async () => {
  const chunks: string[][] = [];
  for await (const chunk of chunksOf({ kind: 'range', from: '0008', to: '0012' }, 2, 1)) chunks.push(chunk);
  expect(chunks).toEqual([
    ['0009', '0010'],
    ['0011', '0012'],
  ]);
});
