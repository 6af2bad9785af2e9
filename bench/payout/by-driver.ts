import {
  connect,
  inTwoTrips,
  LOCK_ACCOUNT,
  READ_ACCOUNT,
  WRITE_PAYOUT,
} from '@core-exit/interest-service/payout-path';

type ReadRow = { ledger_seq: string; payout_id: string; business_date: string; paid_through: string };
export type Source = Awaited<ReturnType<typeof connect>>;

/** Sends only the service's statements with the service's driver; no interest is computed. */
export async function payByDriver(
  source: Source,
  { accountNo, customerId, key }: { accountNo: string; customerId: string; key: string },
): Promise<string> {
  return await inTwoTrips(source, async (trips) => {
    const [locked, read] = await trips.first<{ last_seq: string }, ReadRow>(
      { ...LOCK_ACCOUNT, values: [accountNo, customerId] },
      { ...READ_ACCOUNT, values: [key, accountNo] },
    );
    if (locked === undefined || read === undefined) throw new Error('no account');
    const values = [
      accountNo,
      read.ledger_seq,
      2329n,
      read.payout_id,
      read.business_date,
      ['INTEREST_EXPENSE', 'CUSTOMER_DEPOSIT', 'WITHHELD_INCOME_TAX', 'WITHHELD_LOCAL_TAX'],
      [2739n, -2329n, -380n, -30n],
      customerId,
      key,
      'hash',
      'bench',
      read.paid_through,
      2739n,
      380n,
      30n,
      0n,
      'resident',
      'bench',
      JSON.stringify({ kind: 'INTEREST_PAID', payoutId: read.payout_id, accountNo, customerId }),
    ];
    const written = await trips.last<{ balance_after: string }>({ ...WRITE_PAYOUT, values });
    if (written === undefined) throw new Error('the head moved');
    return written.balance_after;
  });
}
