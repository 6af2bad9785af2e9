import { code, oneOf } from './fields/code.ts';
import { dateOrNone } from './fields/date.ts';
import { num } from './fields/num.ts';
import { text } from './fields/text.ts';
import { time } from './fields/time.ts';
import { type Layout, sizeOf, type Values } from './layout.ts';

const COMMON = {
  /** One id of this exchange in all systems; it begins with the date. An answer has the GUID of its request. */
  GUID: code(32),
  CHNL_CD: code(3),
  TR_CD: code(7),
  RQ_RS: oneOf('Q', 'R'),
  /** Only in answers, because only the core knows the bank's date. */
  BIZ_DT: dateOrNone(),
  /** Time of sending, by the sender's clock. */
  TR_TM: time(),
  /** Milliseconds that the caller waits, from the moment of sending. */
  TMO_MS: num(6),
  /** 9999 in requests. */
  RSP_CD: code(4),
  /** Id of the message text on the teller's screen; answers only. */
  MSG_ID: text(8),
  /** The GUID that an inquiry is about; otherwise empty. */
  ORG_GUID: text(32),
} as const satisfies Layout;

/** The common header in front of every body. */
export const HEADER_V1 = {
  /** Bytes of header and body with this field, without the length prefix. */
  TOT_LEN: num(6),
  ...COMMON,
} as const satisfies Layout;

/** The second header names its own version and the version of its message. */
export const HEADER_V2 = {
  TOT_LEN: num(6),
  /** Stands where the first header has the year of the GUID, so that the two versions cannot be confused. */
  HDR_VR: oneOf('V2'),
  MSG_VR: num(2),
  ...COMMON,
} as const satisfies Layout;

export const HEADERS = { 1: HEADER_V1, 2: HEADER_V2 } as const;
export type Version = keyof typeof HEADERS;

/** The fields of every version of the header. */
export type Header = Values<typeof COMMON>;

/** The shortest telegram. */
export const HEADER_BYTES = sizeOf(HEADER_V1);
const HEADER_SIZES = { 1: HEADER_BYTES, 2: sizeOf(HEADER_V2) } as const satisfies Record<Version, number>;

const MARK_AT = HEADER_V2.TOT_LEN.bytes;
const MARK = Buffer.from('V2', 'latin1');

/** The version of a telegram's header. */
export function headerVersionOf(telegram: Buffer): Version {
  return telegram.subarray(MARK_AT, MARK_AT + MARK.length).equals(MARK) ? 2 : 1;
}

/** Offset of the body in a telegram. */
export function bodyAt(telegram: Buffer): number {
  return HEADER_SIZES[headerVersionOf(telegram)];
}
