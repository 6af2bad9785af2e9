import { Malformed } from './faults.ts';
import { framed } from './frame.ts';
import { HEADER, HEADER_BYTES, type Header } from './header.ts';
import type { Layout, Values } from './layout.ts';
import { decodeRecord, encodeRecord } from './record.ts';

/** A telegram ready for the line: length prefix, header, and the bytes of a body. */
export function encodeTelegram(header: Omit<Header, 'TOT_LEN'>, body: Buffer): Buffer {
  const totLen = BigInt(HEADER_BYTES + body.length);
  return framed(Buffer.concat([encodeRecord(HEADER, { ...header, TOT_LEN: totLen }), body]));
}

/** The header of a telegram without its prefix. */
export function decodeHeader(telegram: Buffer): Header {
  const header = decodeRecord(HEADER, telegram.subarray(0, HEADER_BYTES));
  if (header.TOT_LEN !== BigInt(telegram.length)) {
    throw new Malformed('TOT_LEN', `says ${header.TOT_LEN}, the telegram has ${telegram.length} bytes`);
  }
  return header;
}

/** The body behind the header. */
export function decodeBody<L extends Layout>(telegram: Buffer, layout: L): Values<L> {
  return decodeRecord(layout, telegram.subarray(HEADER_BYTES));
}
