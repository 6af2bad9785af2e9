import { TR_CODES } from '../codes.ts';
import type { Message } from '../message.ts';
import { ACCOUNT, BASIS_ASKED, MEMO, PAYOUT as PAYOUT_BODY } from './parts.ts';

/** DPI2900, rehearsal: the payout as it would be at a basis; nothing is written. */
export const REHEARSAL = {
  trCd: TR_CODES.rehearsal,
  version: 1,
  about: 'the payout as it would be, nothing written',
  request: { ...ACCOUNT, ...BASIS_ASKED, MEMO },
  answer: PAYOUT_BODY,
} as const satisfies Message;
