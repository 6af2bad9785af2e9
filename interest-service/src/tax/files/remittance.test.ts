import { describe, expect, it } from 'vitest';
import {
  dueDateOf,
  type MonthOfBooks,
  type RemittanceLine,
  remittanceCsv,
  remittanceOf,
} from './remittance.ts';

const line = (change: Partial<RemittanceLine>): RemittanceLine => ({
  core: 'new',
  taxType: 'INCOME_TAX',
  taxClass: 'resident',
  kind: 'INTEREST_PAID',
  lines: 1,
  base: '2739',
  amount: '380',
  ...change,
});
const books = (change: Partial<MonthOfBooks>): MonthOfBooks => ({
  today: '2026-11-02',
  lines: [],
  totals: [],
  unbooked: 0,
  late: 0,
  ...change,
});

describe('the remittance of a month', () => {
  it('adds up both cores, less the reversals of the month', () => {
    const lines = [
      line({ lines: 3, amount: '1140' }),
      line({ kind: 'REVERSAL', base: '-2739', amount: '-380' }),
      line({ core: 'legacy', taxClass: '01', amount: '760' }),
      line({ taxType: 'LOCAL_TAX', base: '380', amount: '30' }),
    ];
    const totals = [
      { core: 'new', taxType: 'INCOME_TAX', amount: '760' },
      { core: 'new', taxType: 'LOCAL_TAX', amount: '30' },
      { core: 'legacy', taxType: 'INCOME_TAX', amount: '760' },
    ] as const;
    const report = remittanceOf('2026-10', books({ lines, totals: [...totals] }));
    expect(report).toMatchObject({
      dueDate: '2026-11-10',
      final: true,
      toRemit: [
        { taxType: 'INCOME_TAX', amount: '1520' },
        { taxType: 'LOCAL_TAX', amount: '30' },
        { taxType: 'FARM_TAX', amount: '0' },
      ],
    });
    expect(remittanceCsv(report).split('\r\n')).toEqual([
      'core,taxType,taxClass,kind,lines,base,amount',
      'new,INCOME_TAX,resident,INTEREST_PAID,3,2739,1140',
      'new,INCOME_TAX,resident,REVERSAL,1,-2739,-380',
      'legacy,INCOME_TAX,01,INTEREST_PAID,1,2739,760',
      'new,LOCAL_TAX,resident,INTEREST_PAID,1,380,30',
      'all,INCOME_TAX,all,TO_REMIT,,,1520',
      'all,LOCAL_TAX,all,TO_REMIT,,,30',
      'all,FARM_TAX,all,TO_REMIT,,,0',
      '',
    ]);
  });

  it('can be negative, in a month with more reversed than withheld tax', () => {
    const lines = [line({ kind: 'REVERSAL', amount: '-380' })];
    const totals = [{ core: 'new', taxType: 'INCOME_TAX', amount: '-380' } as const];
    expect(remittanceOf('2026-10', books({ lines, totals })).toRemit[0]).toEqual({
      taxType: 'INCOME_TAX',
      amount: '-380',
    });
  });

  it('is not made from totals that are not the sum of the lines, in either core', () => {
    for (const core of ['new', 'legacy'] as const) {
      expect(() => remittanceOf('2026-10', books({ lines: [line({ core })] }))).toThrow(
        `${core} core, INCOME_TAX: the lines of 2026-10 sum to 380, its total is 0`,
      );
    }
  });

  it('is not made of a month that is over while receipts are not booked', () => {
    expect(() => remittanceOf('2026-10', books({ unbooked: 2 }))).toThrow('2 receipts of 2026-10');
  });

  it('is preliminary as long as the month goes on', () => {
    expect(remittanceOf('2026-11', books({ unbooked: 2 }))).toMatchObject({ final: false, unbooked: 2 });
  });

  it.each([
    ['2026-01', '2026-02-10'],
    ['2026-12', '2027-01-10'],
  ])('of %s is due on %s', (month, due) => {
    expect(dueDateOf(month)).toBe(due);
  });

  it('keeps a comma in a name inside its cell', () => {
    const lines = [line({ taxClass: 'a,"b"', amount: '0' })];
    expect(remittanceCsv(remittanceOf('2026-10', books({ lines })))).toContain('"a,""b"""');
  });
});
