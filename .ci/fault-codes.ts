import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { FaultCode } from '@core-exit/process/faults';
import { ROOMS } from './rooms.ts';

/** `npm run fault-codes` writes the page of all fault codes; docs.test.ts compares the page with the tables. */
export const FAULT_CODES_PAGE = 'docs/fault-codes.md';

export type RoomFaults = { folder: string; file: string; codes: readonly FaultCode[] };

/** The tables that the rooms export from their `faults.ts`, in the order of the rooms. */
export async function readFaultTables(): Promise<RoomFaults[]> {
  const tables: RoomFaults[] = [];
  for (const { folder } of ROOMS) {
    for (const file of faultFilesOf(folder)) {
      const exported = (await import(resolve(file))) as Record<string, unknown>;
      tables.push({ folder, file, codes: Object.values(exported).flatMap(codesOf) });
    }
  }
  return tables;
}

function faultFilesOf(folder: string): string[] {
  return globSync(`${folder}/**/faults.ts`, { exclude: ['**/node_modules/**'] })
    .filter((file) => readFileSync(file, 'utf8').includes('faultCodes('))
    .toSorted();
}

function codesOf(exported: unknown): FaultCode[] {
  if (typeof exported !== 'object' || exported === null) return [];
  return Object.values(exported).filter(isFaultCode);
}

function isFaultCode(value: unknown): value is FaultCode {
  return (
    typeof value === 'object' && value !== null && 'code' in value && 'meaning' in value && 'next' in value
  );
}

export function faultCodesPage(tables: readonly RoomFaults[]): string {
  const rooms = tables.filter(({ codes }) => codes.length > 0);
  return `# Fault codes

A fault is an error that a person must deal with. Its code is the first word of the message on standard error, and the field \`err.code\` in
the log. This page lists the codes of all rooms. \`npm run fault-codes\` writes the page, and a test compares it with the code.
${rooms.map(sectionOf).join('')}`;
}

function sectionOf({ folder, file, codes }: RoomFaults): string {
  const rows = codes.map(({ code, meaning, next }) => `| \`${code}\` | ${cell(meaning)} | ${cell(next)} |`);
  return `
## ${folder}

From [${file}](../${file}).

| code | meaning | what the operator does next |
| --- | --- | --- |
${rows.join('\n')}
`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

if (import.meta.main) writeFileSync(FAULT_CODES_PAGE, faultCodesPage(await readFaultTables()));
