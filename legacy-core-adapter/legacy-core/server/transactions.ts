import type { TrCode } from '../../telegram/codes.ts';
import type { Header } from '../../telegram/header.ts';
import { INQUIRY, PAYOUT, POLL, QUOTE, REHEARSAL, STATEMENT } from '../../telegram/messages/index.ts';
import { encodeRecord } from '../../telegram/record.ts';
import { decodeBody, messageVersionOf } from '../../telegram/telegram.ts';
import type { BasisArguments, StoredFunctions } from '../stored-functions.sql.ts';
import { iso, payoutReply, quoteReply, type Reply, rehearsalReply, statementReply, timeOf } from './reply.ts';

export type Request = {
  header: Header;
  /** The whole telegram. Each transaction decodes the body that it expects. */
  telegram: Buffer;
  /** Milliseconds that the caller still waits, as of now. */
  remainingMs: () => number;
  /** Whether the core answers as of a past basis. If not, the core answers as of its present state. */
  pins: boolean;
};
type Transaction = (functions: StoredFunctions, request: Request) => Promise<Reply>;

/** The transactions of the legacy core, by transaction code. */
export const TRANSACTIONS = {
  DPI1100: async (functions, { telegram, pins }) => {
    const { ACNO, CSNO, ...basis } = decodeBody(telegram, QUOTE.request);
    const row = await functions.quote(ACNO, CSNO, basisArguments(basis, pins));
    return quoteReply(row, messageVersionOf(telegram));
  },
  DPI1200: async (functions, { telegram }) => {
    const { ACNO, CSNO, FR_DT, TO_DT, NXT_SEQ } = decodeBody(telegram, STATEMENT.request);
    const period = { frDt: ymd(FR_DT), toDt: ymd(TO_DT), nxtSeq: NXT_SEQ.toString() };
    return statementReply(await functions.statement(ACNO, CSNO, period));
  },
  DPI2100: async (functions, { header, telegram, remainingMs }) => {
    const { ACNO, CSNO, CHKEY, MEMO } = decodeBody(telegram, PAYOUT.request);
    const memo = MEMO || null;
    const row = await functions.pay({
      guid: header.GUID,
      acno: ACNO,
      csno: CSNO,
      chkey: CHKEY,
      memo,
      remainingMs,
    });
    return payoutReply(row);
  },
  DPI2900: async (functions, { telegram, pins }) => {
    const { ACNO, CSNO, MEMO, ...basis } = decodeBody(telegram, REHEARSAL.request);
    return rehearsalReply(await functions.rehearse(ACNO, CSNO, basisArguments(basis, pins), MEMO || null));
  },
  DPI9100: async (functions, { header, telegram }) => {
    const { ACNO, CSNO } = decodeBody(telegram, INQUIRY.request);
    return payoutReply(await functions.inquire(header.ORG_GUID, ACNO, CSNO));
  },
  COM0000: async (functions) => {
    const { biz_dt, sys_tm } = await functions.clock();
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

/** A date in the form of the stored functions. */
const ymd = (iso: string): string => iso.replaceAll('-', '');
