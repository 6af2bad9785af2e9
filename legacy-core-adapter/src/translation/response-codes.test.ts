import { INELIGIBILITY_REASONS } from '@core-exit/bank-contract';
import { describe, expect, it } from 'vitest';
import { RESPONSE_CODES } from '../../telegram/codes.ts';
import { LegacyFault, meaningOf, refusalOf } from './response-codes.ts';

describe('response codes of the legacy core', () => {
  it('cover every reason of the contract, with one code each', () => {
    const reasons = Object.keys(RESPONSE_CODES).flatMap((code) => {
      const meaning = meaningOf(code);
      return meaning.as === 'refusal' && meaning.refusal.code === 'NOT_ELIGIBLE'
        ? [meaning.refusal.reason]
        : [];
    });
    expect(reasons).toEqual([...INELIGIBILITY_REASONS]);
  });

  it.each([
    ['E201', { code: 'ALREADY_PAID_TODAY' }],
    ['E202', { code: 'NOTHING_TO_PAY' }],
    ['E104', { code: 'NOT_ELIGIBLE', reason: 'PAYMENT_STOPPED' }],
  ])('%s is the refusal %o', (code, refusal) => {
    expect(meaningOf(code)).toEqual({ as: 'refusal', refusal });
    expect(refusalOf(code)).toEqual(refusal);
  });

  it.each(['E777', '', 'constructor', '__proto__'])(
    '%j is unknown, so it is a fault with that code',
    (code) => {
      expect(() => meaningOf(code)).toThrow(LegacyFault);
      expect(() => meaningOf(code)).toThrow(`RSP_CD ${code}: unknown code`);
    },
  );

  it.each(['0000', 'E401', 'E777'])('%s is no reason for a refusal', (code) => {
    expect(() => refusalOf(code)).toThrow(`RSN_CD ${code}`);
  });
});
