import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** The ids of a sweep: a range of numbers, all with as many digits as the first one, or the lines of a file. */
export type Ids = { kind: 'range'; from: string; to: string } | { kind: 'file'; path: string };

/** Count of the ids; null for a file, because the count is unknown before the file is read. */
export function sizeOf(ids: Ids): number | null {
  return ids.kind === 'range' ? Number(BigInt(ids.to) - BigInt(ids.from)) + 1 : null;
}

/** The ids in chunks, without the first `skip` ids. */
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
