import { readFileSync } from 'node:fs';
import { BadInput } from '@core-exit/process/faults';

/** The JSON document at a path, `-` for standard input. Throws {@link BadInput}. */
export function readJson(path: string, what: string): unknown {
  try {
    return JSON.parse(readFileSync(path === '-' ? 0 : path, 'utf8'));
  } catch (error) {
    throw new BadInput(what, [`${path}: ${(error as Error).message}`]);
  }
}
