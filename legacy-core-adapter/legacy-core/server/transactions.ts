import type { TrCode } from '../../telegram/codes.ts';
import type { Header } from '../../telegram/header.ts';
import { INQUIRY, PAYOUT, POLL, QUOTE, REHEARSAL, STATEMENT } from '../../telegram/messages/index.ts';
import { encodeRecord } from '../../telegram/record.ts';
import { decodeBody, messageVersionOf } from '../../telegram/telegram.ts';
import type { BasisArguments, Database } from '../stored-functions.sql.ts';
import { iso, payoutReply, quoteReply, type Reply, rehearsalReply, statementReply, timeOf } from './reply.ts';

export type Request = {
  header: Header;
  /** The whole telegram; a transaction decodes the body it expects. */
  telegram: Buffer;
  /** Milliseconds the caller goes on listening, as of now. */
  remainingMs: () => number;
  /** Whether it answers from a past basis; if not, from the present state. */
  pins: boolean;
};
type Transaction = (database: Database, request: Request) => Promise<Reply>;

/** What the legacy core can do, by transaction code. */
export const TRANSACTIONS = {
  DPI1100: async (database, { telegram, pins }) => {
    const { ACNO, CSNO, ...asked } = decodeBody(telegram, QUOTE.request);
    const row = await database.quote(ACNO, CSNO, basisArguments(asked, pins));
    return quoteReply(row, messageVersionOf(telegram));
  },
  DPI1200: async (database, { telegram }) => {
    const { ACNO, CSNO, FR_DT, TO_DT, NXT_SEQ } = decodeBody(telegram, STATEMENT.request);
    const period = { frDt: ymd(FR_DT), toDt: ymd(TO_DT), nxtSeq: NXT_SEQ.toString() };
    return statementReply(await database.statement(ACNO, CSNO, period));
  },
  DPI2100: async (database, { header, telegram, remainingMs }) => {
    const { ACNO, CSNO, CHKEY, MEMO } = decodeBody(telegram, PAYOUT.request);
    const memo = MEMO || null;
    const row = await database.pay({
      guid: header.GUID,
      acno: ACNO,
      csno: CSNO,
      chkey: CHKEY,
      memo,
      remainingMs,
    });
    return payoutReply(row);
  },
  DPI2900: async (database, { telegram, pins }) => {
    const { ACNO, CSNO, MEMO, ...asked } = decodeBody(telegram, REHEARSAL.request);
    return rehearsalReply(await database.rehearse(ACNO, CSNO, basisArguments(asked, pins), MEMO || null));
  },
  DPI9100: async (database, { header, telegram }) => {
    const { ACNO, CSNO } = decodeBody(telegram, INQUIRY.request);
    return payoutReply(await database.inquire(header.ORG_GUID, ACNO, CSNO));
  },
  COM0000: async (database) => {
    const { biz_dt, sys_tm } = await database.clock();
    const body = encodeRecord(POLL.answer, { SYS_DT: iso(biz_dt), SYS_TM: timeOf(sys_tm) });
    return { head: { RSP_CD: '0000', MSG_ID: '', BIZ_DT: iso(biz_dt) }, body };
  },
} satisfies Record<TrCode, Transaction>;

function basisArguments(
  { BS_DT, BS_SEQ }: { BS_DT: string | null; BS_SEQ: bigint },
  pins: boolean,
): BasisArguments {
  if (!pins || BS_DT === null) return { bsDt: null, bsSeq: '0' };
  return { bsDt: ymd(BS_DT), bsSeq: BS_SEQ.toString() };
}

/** A date as the stored functions want it. */
const ymd = (iso: string): string => iso.replaceAll('-', '');
