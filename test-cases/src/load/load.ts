import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BadInput } from '@core-exit/process/faults';
import type { Case, Kind } from '../row/row.ts';
import { NoJson, type Positions, positionsOf } from './positions.ts';
import { kindOf, type RowFault, schemaFaults } from './schema-checks.ts';
import { SEMANTIC_CHECKS } from './semantic-checks.ts';

type FileFault = { file: string; line: number; reason: string };

/** The files of cases have faults, so no row is run. */
export class BadCases extends BadInput {
  readonly faults: readonly FileFault[];

  constructor(faults: readonly FileFault[]) {
    super(
      'the suite of cases',
      faults.map(({ file, line, reason }) => `${file}:${line}: ${reason}`),
    );
    this.faults = faults;
  }
}

/** A larger file is no file of cases (3,000 rows have 3 MB). */
const MOST_BYTES = 256 * 1024 * 1024;
/** Reported faults. A wrong export would have the same fault in every row. */
const MOST_FAULTS = 100;

/** Reads files and folders of `.json` and `.jsonl`; throws {@link BadCases} with every fault. */
export function loadCases(paths: readonly string[]): Case[] {
  const faults: FileFault[] = [];
  const cases: Case[] = [];
  const ids = new Map<string, Case>();
  for (const file of paths.flatMap((path) => filesAt(path, faults))) {
    for (const { row, positions, pointer } of rowsOf(file, faults)) {
      const read = readRow(row);
      const line = positions.lineOf(pointer);
      if (!('kind' in read)) {
        for (const { pointer: within, reason } of read) {
          faults.push({
            file,
            line: positions.lineOf(pointer + within),
            reason: `${within || '/'}: ${reason}`,
          });
        }
        continue;
      }
      const found = { ...read, file, line } as Case;
      const earlier = ids.get(found.row.id);
      if (earlier !== undefined) {
        faults.push({
          file,
          line: positions.lineOf(`${pointer}/id`),
          reason: `id "${found.row.id}" is also at ${earlier.file}:${earlier.line}`,
        });
        continue;
      }
      ids.set(found.row.id, found);
      cases.push(found);
    }
  }
  if (faults.length === 0 && cases.length === 0)
    faults.push({ file: paths.join(' '), line: 1, reason: 'no rows' });
  if (faults.length > 0) throw new BadCases(faults.slice(0, MOST_FAULTS));
  return cases;
}

function filesAt(path: string, faults: FileFault[]): string[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isFile()) {
    if (stats.size <= MOST_BYTES && /\.jsonl?$/.test(path)) return [path];
    faults.push({
      file: path,
      line: 1,
      reason: `must be a .json or .jsonl file of at most ${MOST_BYTES} bytes`,
    });
    return [];
  }
  if (!stats?.isDirectory()) {
    faults.push({ file: path, line: 1, reason: 'no such file or folder' });
    return [];
  }
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.jsonl?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

type Found = { row: unknown; positions: Positions; pointer: string };

function rowsOf(file: string, faults: FileFault[]): Found[] {
  const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  if (file.endsWith('.jsonl')) {
    return text
      .split('\n')
      .flatMap((line, i) => (line.trim() === '' ? [] : parsed(file, line, i + 1, faults)));
  }
  return parsed(file, text, 1, faults).flatMap((whole) =>
    Array.isArray(whole.row)
      ? whole.row.map((row: unknown, i) => ({ ...whole, row, pointer: `/${i}` }))
      : [whole],
  );
}

function parsed(file: string, text: string, firstLine: number, faults: FileFault[]): Found[] {
  try {
    const positions = positionsOf(text, firstLine);
    const row: unknown = JSON.parse(text);
    for (const { pointer, line } of positions.duplicateKeys) {
      faults.push({ file, line, reason: `${pointer}: the same key twice` });
    }
    return positions.duplicateKeys.length > 0 ? [] : [{ row, positions, pointer: '' }];
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof NoJson) faults.push({ file, line: error.line, reason: message });
    else faults.push({ file, line: firstLine, reason: `not JSON: ${message}` });
    return [];
  }
}

function readRow(row: unknown): { kind: Kind; row: unknown } | RowFault[] {
  const kind = kindOf(row);
  if (typeof kind !== 'string') return [kind];
  const faults = schemaFaults(kind, row);
  if (faults.length > 0) return faults;
  const contradictions = SEMANTIC_CHECKS[kind](row);
  return contradictions.length > 0 ? contradictions : { kind, row };
}
