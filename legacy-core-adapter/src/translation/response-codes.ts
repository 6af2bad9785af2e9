import type { IneligibilityReason, ProblemCode, Refusal } from '@core-exit/bank-contract';
import { Fault } from '@core-exit/process/faults';
import { ADAPTER_FAULTS } from '../../faults.ts';
import {
  type IneligibilityCode,
  isResponseCode,
  RESPONSE_CODES,
  type RefusalCode,
  type ResponseCode,
} from '../../telegram/codes.ts';

/** The meaning of a response code in the words of the contract. */
export type Meaning =
  | { as: 'done' }
  | { as: 'refusal'; refusal: Refusal }
  | { as: 'problem'; problem: ProblemCode; retryAfterSeconds?: number }
  /** The legacy core does not know, or cannot send, the outcome of the request. */
  | { as: 'unknown' }
  | { as: 'fault' };

/** Long enough for another transaction to end or for a connection to become free. */
const RETRY_AFTER_SECONDS = 1;
const busy: Meaning = {
  as: 'problem',
  problem: 'REQUEST_IN_PROGRESS',
  retryAfterSeconds: RETRY_AFTER_SECONDS,
};
const notExecuted: Meaning = {
  as: 'problem',
  problem: 'UNAVAILABLE',
  retryAfterSeconds: RETRY_AFTER_SECONDS,
};

const REASONS = {
  E101: 'ACCOUNT_CLOSED',
  E102: 'HOLDER_COMPROMISED',
  E103: 'HOLDER_DECEASED',
  E104: 'PAYMENT_STOPPED',
  E105: 'SEIZED',
  E106: 'PLEDGED',
  E107: 'ACCOUNT_DORMANT',
  E108: 'ACCOUNT_SUSPENDED',
  E109: 'DEPOSIT_STOPPED',
  E110: 'WITHDRAWAL_STOPPED',
  E111: 'CORPORATE_NOT_ALLOWED',
  E112: 'TAX_CLASS_UNKNOWN',
} as const satisfies Record<IneligibilityCode, IneligibilityReason>;

const REFUSALS: Record<RefusalCode, Refusal> = {
  ...notEligible(),
  E201: { code: 'ALREADY_PAID_TODAY' },
  E202: { code: 'NOTHING_TO_PAY' },
};

const OTHERS = {
  '0000': { as: 'done' },
  E301: { as: 'problem', problem: 'IDEMPOTENCY_KEY_REUSED' },
  /** An earlier telegram had this GUID and may have paid, so only an inquiry finds the outcome. */
  E304: { as: 'unknown' },
  E305: notExecuted,
  E401: { as: 'problem', problem: 'ACCOUNT_NOT_FOUND' },
  E402: { as: 'problem', problem: 'BASIS_UNKNOWN' },
  E403: { as: 'problem', problem: 'VALIDATION' },
  E501: busy,
  E502: notExecuted,
  E503: notExecuted,
  E601: notExecuted,
  E602: { as: 'unknown' },
  E901: { as: 'fault' },
  E902: { as: 'fault' },
  E903: { as: 'fault' },
  E904: { as: 'fault' },
  E905: { as: 'fault' },
  E906: { as: 'unknown' },
  E998: { as: 'unknown' },
  E999: { as: 'fault' },
} as const satisfies Record<Exclude<ResponseCode, RefusalCode>, Meaning>;

/** The legacy core answered with a code for trouble on its side, or with a code that this adapter does not know. */
export class LegacyFault extends Fault {
  readonly rspCd: string;

  constructor(rspCd: string, where = 'RSP_CD') {
    const known = isResponseCode(rspCd) ? RESPONSE_CODES[rspCd] : 'unknown code';
    super(ADAPTER_FAULTS.LEGACY_FAULT, `${where} ${rspCd}: ${known}`);
    this.rspCd = rspCd;
  }
}

/** The meaning of a response code. An unknown code is a {@link LegacyFault} with that code, never a guess. */
export function meaningOf(rspCd: string): Meaning {
  if (!isResponseCode(rspCd)) throw new LegacyFault(rspCd);
  return isRefusal(rspCd) ? { as: 'refusal', refusal: REFUSALS[rspCd] } : OTHERS[rspCd];
}

/** The refusal in RSN_CD of a quote. */
export function refusalOf(rsnCd: string): Refusal {
  if (isResponseCode(rsnCd) && isRefusal(rsnCd)) return REFUSALS[rsnCd];
  throw new LegacyFault(rsnCd, 'RSN_CD');
}

function isRefusal(code: ResponseCode): code is RefusalCode {
  return Object.hasOwn(REFUSALS, code);
}

function notEligible(): Record<IneligibilityCode, Refusal> {
  const entries = Object.entries(REASONS).map(([code, reason]) => [code, { code: 'NOT_ELIGIBLE', reason }]);
  return Object.fromEntries(entries) as Record<IneligibilityCode, Refusal>;
}
