import { DIMENSIONS, readStratum, STRATUM_HEADER } from '@core-exit/bank-contract';
import type { Answer, Beside, GatewayRequest } from '@core-exit/comparator';
import { refusalOf, textAt } from './answers.ts';

/** The stratum: what the shadow's answer says of the account, the outcome, the taxes, and the moment. */
export function stratumOf(
  _request: GatewayRequest,
  answer: Answer,
  { shadow, at }: Beside,
): Record<string, string> {
  const refusal = textAt(answer, '/refusal/reason') ?? textAt(answer, '/refusal/code');
  const taxes = (['incomeTax', 'localTax', 'farmTax'] as const).filter(
    (t) => (textAt(answer, `/${t}`) ?? '0') !== '0',
  );
  return {
    ...accountStratum(shadow),
    ...momentOf(answer, at),
    outcome: refusalOf(answer) ?? (refusal === null ? 'payable' : `refused ${refusal}`),
    taxes: taxes.length === 0 ? 'none' : taxes.join('+'),
  };
}

/** Dimensions that the new core sends to callers with the service token. An absent dimension is `unknown`, so that the request counts. */
function accountStratum(shadow: Answer | null): Record<string, string> {
  const known = readStratum(shadow?.headers[STRATUM_HEADER]);
  return Object.fromEntries(DIMENSIONS.map((dimension) => [dimension, known[dimension] ?? 'unknown']));
}

/** Requests within five minutes of midnight in Korea may meet both business dates. */
const NEAR_MIDNIGHT_MS = 5 * 60_000;
const KST_AHEAD_MS = 9 * 3_600_000;
const DAY_MS = 86_400_000;

function momentOf(answer: Answer, at: Date): Record<string, string> {
  const sinceMidnight = (at.getTime() + KST_AHEAD_MS) % DAY_MS;
  const isNear = sinceMidnight < NEAR_MIDNIGHT_MS || sinceMidnight >= DAY_MS - NEAR_MIDNIGHT_MS;
  const day = textAt(answer, '/businessDate') ?? textAt(answer, '/basis/businessDate');
  return { midnight: isNear ? 'near' : 'far', day: day === null ? 'unknown' : kindOfDay(day) };
}

function kindOfDay(day: string): 'leap' | 'first' | 'last' | 'ordinary' {
  if (day.endsWith('-02-29')) return 'leap';
  if (day.endsWith('-01')) return 'first';
  return new Date(Date.parse(day) + DAY_MS).getUTCDate() === 1 ? 'last' : 'ordinary';
}
