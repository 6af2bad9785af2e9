import { TR_CODES } from '../codes.ts';
import type { Message } from '../message.ts';
import { ACCOUNT } from './parts.ts';
import { PAYOUT } from './payout.ts';

/**
 * DPI9100, inquiry for the payout whose GUID is in the header's ORG_GUID. Its answer, response code and body, is the
 * one that payout got; or E601 (never executed, and from now on closed) or E602 (still being worked on).
 */
export const INQUIRY = {
  trCd: TR_CODES.inquiry,
  version: 1,
  about: 'what became of the payout in ORG_GUID',
  request: ACCOUNT,
  answer: PAYOUT.answer,
} as const satisfies Message;
