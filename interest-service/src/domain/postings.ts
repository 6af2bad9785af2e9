import type { Interest } from './interest.ts';

/** One line of a payout's entry: debit positive, credit negative. */
export type Line = {
  glCode:
    | 'INTEREST_EXPENSE'
    | 'CUSTOMER_DEPOSIT'
    | 'WITHHELD_INCOME_TAX'
    | 'WITHHELD_LOCAL_TAX'
    | 'WITHHELD_FARM_TAX';
  amount: bigint;
};

/** `gross = net + taxes`. */
export type PayoutAmounts = Pick<Interest, 'gross' | 'net' | 'incomeTax' | 'localTax' | 'farmTax'>;

/** Dr interest expense, Cr deposit net of tax, Cr each withheld tax. The lines sum to zero; lines of zero won are left out. */
export function payoutLines(interest: PayoutAmounts): Line[] {
  const lines: Line[] = [
    { glCode: 'INTEREST_EXPENSE', amount: interest.gross },
    { glCode: 'CUSTOMER_DEPOSIT', amount: -interest.net },
    { glCode: 'WITHHELD_INCOME_TAX', amount: -interest.incomeTax },
    { glCode: 'WITHHELD_LOCAL_TAX', amount: -interest.localTax },
    { glCode: 'WITHHELD_FARM_TAX', amount: -interest.farmTax },
  ];
  return lines.filter((line) => line.amount !== 0n);
}
