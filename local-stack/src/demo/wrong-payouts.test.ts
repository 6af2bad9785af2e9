import { describe, expect, it } from 'vitest';
import { type Amounts, compareWithLegacy, type Receipt } from './wrong-payouts.ts';

const RIGHT: Amounts = { gross: '1000', incomeTax: '140', localTax: '10', farmTax: '0', net: '850' };
const TOO_MUCH: Amounts = { ...RIGHT, localTax: '14', net: '846' };

const receipt = (amounts: Amounts, ofTheDefect: boolean): Receipt => ({
  payoutId: '00000000-0000-4000-8000-000000000001',
  accountNo: '110000000001',
  customerId: 'C1',
  basis: { businessDate: '2026-11-20', ledgerSeq: '3' },
  amounts,
  ofTheDefect,
});
const legacyAnswers = async () => RIGHT;

describe('payouts of the new core, rehearsed by the legacy core', () => {
  it('are right when all amounts are the same', async () => {
    expect(await compareWithLegacy([receipt(RIGHT, true)], legacyAnswers)).toEqual({
      checked: 1,
      unchecked: 0,
      count: 0,
      won: 0,
      notOfTheDefect: 0,
    });
  });

  it('are counted with the tax withheld too much, and those of another release separately', async () => {
    const receipts = [receipt(TOO_MUCH, true), receipt(TOO_MUCH, true), receipt(TOO_MUCH, false)];
    const found = await compareWithLegacy(receipts, legacyAnswers);
    expect(found).toMatchObject({ checked: 3, count: 3, won: 12, notOfTheDefect: 1 });
  });

  it('are wrong if taxes are exchanged, even if the net is right', async () => {
    const mixedUp = { ...RIGHT, incomeTax: '130', localTax: '20' };
    expect(await compareWithLegacy([receipt(mixedUp, true)], legacyAnswers)).toMatchObject({
      count: 1,
      won: 0,
    });
  });

  it('are wrong if the legacy core would have refused', async () => {
    const found = await compareWithLegacy([receipt(RIGHT, false)], async () => null);
    expect(found).toMatchObject({ count: 1, won: 0, notOfTheDefect: 1 });
  });

  it('count as unchecked, not as wrong, if the legacy core does not answer', async () => {
    const found = await compareWithLegacy([receipt(TOO_MUCH, false)], () =>
      Promise.reject(new Error('gone')),
    );
    expect(found).toMatchObject({ checked: 0, unchecked: 1, count: 0, notOfTheDefect: 0 });
  });
});
