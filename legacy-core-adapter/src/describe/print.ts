import { HEADERS, type Version } from '../../telegram/header.ts';
import type { Layout } from '../../telegram/layout.ts';
import { sizeOf } from '../../telegram/layout.ts';
import type { Message } from '../../telegram/message.ts';
import { ALL_MESSAGES, REFUSED } from '../../telegram/messages/index.ts';
import type { Decoded } from './capture.ts';
import { type FieldPosition, positionsOf, recordPositionsOf } from './field-positions.ts';

/** The list of messages. */
export function messageList(): string {
  const rows = ALL_MESSAGES.map(({ trCd, version, about, request, answer }) => [
    trCd,
    `V${version}`,
    `${sizeOf(request)}`,
    `${sizeOf(answer)}`,
    about,
  ]);
  return table(['message', '', 'request', 'answer', 'about (bytes of the bodies)'], rows);
}

export type Section = { title: string; bytes: number; fields: FieldPosition[] };

/** Header, request and answer of a message, and the answer of a refusal, with offsets in the whole telegram. */
export function sectionsOf({ trCd, version, request, answer }: Message): Section[] {
  const header: Version = version; // the first header has first versions only
  const from = sizeOf(HEADERS[header]);
  const section = (title: string, layout: Layout, at: number): Section => ({
    title,
    bytes: sizeOf(layout),
    fields: positionsOf(layout, at).flatMap((position) => [position, ...recordPositionsOf(position)]),
  });
  return [
    section(`header V${header}`, HEADERS[header], 0),
    section(`${trCd} V${version} request`, request, from),
    section(`${trCd} V${version} answer, RSP_CD 0000`, answer, from),
    section('answer, any other RSP_CD', REFUSED, from),
  ];
}

export function printed({ title, bytes, fields }: Section): string {
  const rows = fields.map(({ name, at, bytes: own, type, about }) => [name, `${at}`, `${own}`, type, about]);
  return `${title}, ${bytes} bytes\n${table(['field', 'at', 'bytes', 'type', 'meaning'], rows)}`;
}

export function printedCapture({ message, header, fields, fault }: Decoded): string {
  const rows = fields.map((field) => [
    field.name,
    `${field.at}`,
    'value' in field ? jsonOf(field.value) : `?? ${field.fault}`,
    'value' in field ? '' : field.bytes,
  ]);
  const end = fault === null ? '' : `\n\n${fault}`;
  return `${message}, header V${header}\n${table(['field', 'at', 'value', ''], rows)}${end}`;
}

/** JSON with whole numbers as text, because a float loses digits of a number of 18 digits. */
export function jsonOf(value: unknown, indent?: number): string {
  return JSON.stringify(
    value,
    (_key, own: unknown) => (typeof own === 'bigint' ? own.toString() : own),
    indent,
  );
}

function table(head: string[], rows: string[][]): string {
  const all = [head, ...rows];
  const widths = head.map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0)));
  return all
    .map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd())
    .join('\n');
}
