import { code, oneOf } from './fields/code.ts';
import { dateOrNone } from './fields/date.ts';
import { num } from './fields/num.ts';
import { text } from './fields/text.ts';
import { time } from './fields/time.ts';
import { type Layout, sizeOf, type Values } from './layout.ts';

/** The common header in front of every body. */
export const HEADER = {
  /** Bytes of header and body, this field included; the line's length prefix is not counted. */
  TOT_LEN: num(6),
  /** One id of this exchange through all systems; an answer carries its request's. */
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

export type Header = Values<typeof HEADER>;

export const HEADER_BYTES = sizeOf(HEADER);
