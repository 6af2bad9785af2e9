import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** What is swept: a range of numbers, written with as many digits as its first one, or the lines of a file. */
export type Ids = { kind: 'range'; from: string; to: string } | { kind: 'file'; path: string };

/** How many there are; null: nobody knows before the file is read. */
export function sizeOf(ids: Ids): number | null {
  return ids.kind === 'range' ? Number(BigInt(ids.to) - BigInt(ids.from)) + 1 : null;
}

/** Chunks of ids from the one with number `skip` (counted from 0) on. */
export async function* chunksOf(ids: Ids, size: number, skip: number): AsyncGenerator<string[]> {
  let chunk: string[] = [];
  let at = 0;
  for await (const id of ids.kind === 'range' ? numbers(ids.from, ids.to, skip) : lines(ids.path)) {
    at += 1;
    if (ids.kind === 'file' && at <= skip) continue;
    chunk.push(id);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

async function* numbers(from: string, to: string, skip: number): AsyncGenerator<string> {
  const last = BigInt(to);
  for (let n = BigInt(from) + BigInt(skip); n <= last; n += 1n) yield n.toString().padStart(from.length, '0');
}

async function* lines(path: string): AsyncGenerator<string> {
  for await (const line of createInterface({
    input: createReadStream(path),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    const id = line.trim();
    if (id !== '') yield id;
  }
}
