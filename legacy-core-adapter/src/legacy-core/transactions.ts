import type { TrCode } from '../telegram/codes.ts';
import type { Header } from '../telegram/header.ts';
import { INQUIRY, PAYOUT, POLL, QUOTE, REHEARSAL } from '../telegram/messages/index.ts';
import { encodeRecord } from '../telegram/record.ts';
import { decodeBody } from '../telegram/telegram.ts';
import type { BasisArguments, Database } from './database.ts';
import { iso, payoutReply, quoteReply, type Reply, rehearsalReply, timeOf } from './reply.ts';

export type Request = {
  header: Header;
  /** The whole telegram; a transaction decodes the body it expects. */
  telegram: Buffer;
  /** Milliseconds the caller goes on listening, as of now. */
  remainingMs: () => number;
};
type Transaction = (database: Database, request: Request) => Promise<Reply>;

/** What the legacy core can do, by transaction code. */
export const TRANSACTIONS = {
  DPI1100: async (database, { telegram }) => {
    const { ACNO, CSNO, ...asked } = decodeBody(telegram, QUOTE.request);
    return quoteReply(await database.quote(ACNO, CSNO, basisArguments(asked)));
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
  DPI2900: async (database, { telegram }) => {
    const { ACNO, CSNO, MEMO, ...asked } = decodeBody(telegram, REHEARSAL.request);
    return rehearsalReply(await database.rehearse(ACNO, CSNO, basisArguments(asked), MEMO || null));
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

function basisArguments({ BS_DT, BS_SEQ }: { BS_DT: string | null; BS_SEQ: bigint }): BasisArguments {
  return { bsDt: BS_DT?.replaceAll('-', '') ?? null, bsSeq: BS_SEQ.toString() };
}
