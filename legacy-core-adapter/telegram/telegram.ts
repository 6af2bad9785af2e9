import { Malformed } from './codec-errors.ts';
import { type Dialect, FIRST_DIALECT } from './dialect.ts';
import { framed } from './frame.ts';
import { bodyAt, HEADER_V1, HEADER_V2, type Header, headerVersionOf, type Version } from './header.ts';
import { type Layout, sizeOf, type Values } from './layout.ts';
import { decodeRecord, encodeRecord } from './record.ts';

/** A telegram to send: length prefix, header, and the bytes of a body of the given message version. */
export function encodeTelegram(
  header: Header,
  body: Buffer,
  { prefix, layouts }: Dialect = FIRST_DIALECT,
  messageVersion: Version = 1,
): Buffer {
  return framed(Buffer.concat([headBytes(header, body.length, layouts, messageVersion), body]), prefix);
}

function headBytes(header: Header, bodyBytes: number, layouts: Version, messageVersion: Version): Buffer {
  if (layouts === 1) {
    return encodeRecord(HEADER_V1, { ...header, TOT_LEN: BigInt(sizeOf(HEADER_V1) + bodyBytes) });
  }
  const version = { HDR_VR: 'V2' as const, MSG_VR: BigInt(messageVersion) };
  return encodeRecord(HEADER_V2, { ...header, ...version, TOT_LEN: BigInt(sizeOf(HEADER_V2) + bodyBytes) });
}

/** The header of a telegram without its prefix, in either version. */
export function decodeHeader(telegram: Buffer): Header {
  const { TOT_LEN, ...header } = readHeader(telegram);
  if (TOT_LEN !== BigInt(telegram.length)) {
    throw new Malformed('TOT_LEN', `is ${TOT_LEN}, the telegram has ${telegram.length} bytes`);
  }
  return header;
}

function readHeader(telegram: Buffer): Values<typeof HEADER_V1> {
  const bytes = telegram.subarray(0, bodyAt(telegram));
  if (headerVersionOf(telegram) === 1) return decodeRecord(HEADER_V1, bytes);
  const { HDR_VR: _header, MSG_VR: _message, ...record } = decodeRecord(HEADER_V2, bytes);
  return record;
}

/** The version of the telegram's message. A telegram with the first header has version 1. */
export function messageVersionOf(telegram: Buffer): Version {
  if (headerVersionOf(telegram) === 1) return 1;
  const { MSG_VR } = decodeRecord(HEADER_V2, telegram.subarray(0, bodyAt(telegram)));
  if (MSG_VR === 1n) return 1;
  if (MSG_VR === 2n) return 2;
  throw new Malformed('MSG_VR', `${MSG_VR} is not a version of any message`);
}

/** The body after the header. */
export function decodeBody<L extends Layout>(telegram: Buffer, layout: L): Values<L> {
  return decodeRecord(layout, telegram.subarray(bodyAt(telegram)));
}
