/** Response codes of the legacy core (RSP_CD) with their meaning. E1xx are the reasons against a payout on demand. */
export const RESPONSE_CODES = {
  '0000': 'done',
  E101: 'account closed',
  E102: 'holder is a victim of identity theft or hacking',
  E103: 'holder deceased',
  E104: 'payment stopped',
  E105: 'seized',
  E106: 'pledged',
  E107: 'account dormant',
  E108: 'account suspended',
  E109: 'deposits stopped',
  E110: 'withdrawals stopped',
  E111: 'corporations are not paid by this product',
  E112: 'tax class unknown',
  E201: 'already paid today',
  E202: 'nothing to pay',
  E301: 'idempotency key used for another request',
  E304: 'GUID already received',
  E305: 'GUID closed by an inquiry; not executed',
  E401: 'no such account of this customer',
  E402: 'the account has no such basis',
  E403: 'the dates of the statement are not a period',
  E501: 'another transaction holds the account; not executed',
  E502: 'not executed in time; no row written',
  E503: 'no capacity; not executed',
  E601: 'inquiry: never executed, and now closed',
  E602: 'inquiry: still in progress',
  E901: 'malformed telegram; not executed',
  E902: 'transaction code unknown; not executed',
  E903: 'an amount has more than 18 digits; not executed',
  E904: 'books do not agree; not executed',
  E905: 'a code, rate or term is missing; not executed',
  E906: 'the answer cannot be written as a telegram',
  E998: 'the core lost its database: outcome unknown',
  E999: 'system fault; no row written',
} as const;

export type ResponseCode = keyof typeof RESPONSE_CODES;

export function isResponseCode(text: string): text is ResponseCode {
  return Object.hasOwn(RESPONSE_CODES, text);
}

/** RSP_CD of a request. */
export const UNANSWERED = '9999';

/** Reasons against a payout on demand. */
export type IneligibilityCode = Extract<ResponseCode, `E1${string}`>;
/** Expected refusals of a payout. */
export type RefusalCode = IneligibilityCode | 'E201' | 'E202';

/** Transaction codes (TR_CD). */
export const TR_CODES = {
  quote: 'DPI1100',
  statement: 'DPI1200',
  payout: 'DPI2100',
  rehearsal: 'DPI2900',
  inquiry: 'DPI9100',
  poll: 'COM0000',
} as const;
export type TrCode = (typeof TR_CODES)[keyof typeof TR_CODES];

/** General-ledger codes of the lines of a payout (GL_CD). */
export const GL_CODES_OF_LEGACY = ['51110100', '21110100', '25310100', '25310200', '25310300'] as const;
export type LegacyGlCode = (typeof GL_CODES_OF_LEGACY)[number];

/** Channel code (CHNL_CD) of the interest payout adapter. */
export const CHANNEL_CODE = 'IPA';
