import { code, oneOf } from './fields/code.ts';
import { dateOrNone } from './fields/date.ts';
import { num } from './fields/num.ts';
import { text } from './fields/text.ts';
import { time } from './fields/time.ts';
import { type Layout, sizeOf, type Values } from './layout.ts';

const COMMON = {
  /** One id of this exchange through all systems, beginning with its date; an answer carries its request's. */
  GUID: code(32),
  CHNL_CD: code(3),
  TR_CD: code(7),
  RQ_RS: oneOf('Q', 'R'),
  /** Set in answers. In requests none: the core alone knows the bank's date. */
  BIZ_DT: dateOrNone(),
  /** Time of sending, by the sender's clock. */
  TR_TM: time(),
  /** Milliseconds the caller goes on listening, from the moment of sending. */
  TMO_MS: num(6),
  /** 9999 in requests. */
  RSP_CD: code(4),
  /** Id of the message text a teller sees; answers only. */
  MSG_ID: text(8),
  /** The GUID an inquiry asks for; else empty. */
  ORG_GUID: text(32),
} as const satisfies Layout;

/** The common header in front of every body. */
export const HEADER_V1 = {
  /** Bytes of header and body, this field included; the line's length prefix is not counted. */
  TOT_LEN: num(6),
  ...COMMON,
} as const satisfies Layout;

/** The second header says so, and which version of its message follows. */
export const HEADER_V2 = {
  TOT_LEN: num(6),
  /** Where the first header has the year of the GUID's date: no telegram can be taken for one of the other version. */
  HDR_VR: oneOf('V2'),
  MSG_VR: num(2),
  ...COMMON,
} as const satisfies Layout;

export const HEADERS = { 1: HEADER_V1, 2: HEADER_V2 } as const;
export type Version = keyof typeof HEADERS;

/** What every version of the header carries. */
export type Header = Values<typeof COMMON>;

/** No telegram is shorter. */
export const HEADER_BYTES = sizeOf(HEADER_V1);
const HEADER_SIZES = { 1: HEADER_BYTES, 2: sizeOf(HEADER_V2) } as const satisfies Record<Version, number>;

const MARK_AT = HEADER_V2.TOT_LEN.bytes;
const MARK = Buffer.from('V2', 'latin1');

/** The version of a telegram's header. */
export function headerVersionOf(telegram: Buffer): Version {
  return telegram.subarray(MARK_AT, MARK_AT + MARK.length).equals(MARK) ? 2 : 1;
}

/** Where the body of a telegram begins. */
export function bodyAt(telegram: Buffer): number {
  return HEADER_SIZES[headerVersionOf(telegram)];
}
