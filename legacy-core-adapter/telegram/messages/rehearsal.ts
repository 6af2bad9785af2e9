import { TR_CODES } from '../codes.ts';
import type { Message } from '../message.ts';
import { ACCOUNT, BASIS_REQUESTED, MEMO, PAYOUT as PAYOUT_BODY } from './parts.ts';

/** DPI2900, rehearsal: the payout as it would be at a basis. The core writes no row. */
export const REHEARSAL = {
  trCd: TR_CODES.rehearsal,
  version: 1,
  about: 'the payout as it would be, without any write',
  request: { ...ACCOUNT, ...BASIS_REQUESTED, MEMO },
  answer: PAYOUT_BODY,
} as const satisfies Message;
