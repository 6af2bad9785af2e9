import { TR_CODES } from '../codes.ts';
import type { Message } from '../message.ts';
import { ACCOUNT } from './parts.ts';
import { PAYOUT } from './payout.ts';

/**
 * DPI9100, inquiry about the payout whose GUID is in ORG_GUID of the header. The answer has the response code and the body
 * of that payout's answer, or E601 (never executed, and now closed) or E602 (still in progress).
 */
export const INQUIRY = {
  trCd: TR_CODES.inquiry,
  version: 1,
  about: 'outcome of the payout in ORG_GUID',
  request: ACCOUNT,
  answer: PAYOUT.answer,
} as const satisfies Message;
