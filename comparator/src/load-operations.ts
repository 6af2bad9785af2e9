import { pathToFileURL } from 'node:url';
import { BadInput } from '@core-exit/process/faults';
import { compileOperation } from './gateway/compiled-operation.ts';
import { MAX_COMPARED_BYTES } from './gateway/core-client.ts';
import type { OperationsFile } from './operation.ts';

const DAY_S = 86_400;

/** Imports an operations file and checks every rule, mask and name in it. Throws {@link BadInput} with all faults at once. */
export async function loadOperations(path: string, at: Date): Promise<OperationsFile> {
  const what = `operations file ${path}`;
  let file: OperationsFile;
  try {
    ({ default: file } = (await import(pathToFileURL(path).href)) as { default: OperationsFile });
  } catch (error) {
    throw new BadInput(what, [error instanceof Error ? error.message : String(error)]);
  }
  const found = faultsOf(file, at);
  if (found.length > 0) throw new BadInput(what, found);
  return file;
}

/** The faults of an operations file; an empty list if the file can be used. */
export function faultsOf(file: OperationsFile | undefined, at: Date): string[] {
  if (typeof file !== 'object' || file === null) return ['it has no default export'];
  const found: string[] = [];
  for (const name of ['service', 'flag'] as const) if (!file[name]) found.push(`${name} is missing`);
  for (const name of ['credentials', 'problem'] as const) {
    if (typeof file[name] !== 'function') found.push(`${name} is not a function`);
  }
  if (typeof file.identity?.subject !== 'function') found.push('identity is missing');
  const { digestSeconds = 0 } = file;
  if (!(Number.isInteger(digestSeconds) && digestSeconds >= 0 && digestSeconds <= DAY_S)) {
    found.push(`digestSeconds is not a whole number from 0 to ${DAY_S}`);
  }
  if (!Array.isArray(file.internalHeaders)) found.push('internalHeaders is missing');
  if (!Array.isArray(file.operations) || file.operations.length === 0)
    return [...found, 'it has no operation'];
  const names = file.operations.map((operation) => operation.name);
  if (new Set(names).size < names.length) found.push('two operations have the same name');
  for (const { name, noiseShare = 0, maxAnswerBytes = MAX_COMPARED_BYTES } of file.operations) {
    if (!(maxAnswerBytes > 0 && maxAnswerBytes <= MAX_COMPARED_BYTES))
      found.push(`${name}: maxAnswerBytes is not from 1 to ${MAX_COMPARED_BYTES}`);
    if (!(noiseShare >= 0 && noiseShare <= 1)) found.push(`${name}: noiseShare is not a share from 0 to 1`);
  }
  for (const operation of file.operations) {
    try {
      compileOperation(operation, at);
    } catch (error) {
      found.push(`${operation.name}: ${(error as Error).message}`);
    }
  }
  return found;
}
