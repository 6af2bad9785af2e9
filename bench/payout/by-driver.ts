import {
  connect,
  inThreeTrips,
  LOCK_ACCOUNT,
  READ_ACCOUNT,
  WRITE_PAYOUT,
} from '@core-exit/interest-service/payout-path';

type ReadRow = { ledger_seq: string; payout_id: string; business_date: string; paid_through: string };
export type Source = Awaited<ReturnType<typeof connect>>;

/** The service's statements over the service's driver, and nothing else: no interest is computed. */
export async function payByDriver(
  source: Source,
  { accountNo, customerId, key }: { accountNo: string; customerId: string; key: string },
): Promise<string> {
  return await inThreeTrips(source, async (trips) => {
    if ((await trips.first(LOCK_ACCOUNT, [accountNo, customerId])) === undefined)
      throw new Error('no account');
    const read = await trips.next<ReadRow>(READ_ACCOUNT, [key, accountNo]);
    if (read === undefined) throw new Error('no account');
    const written = await trips.last<{ balance_after: string }>(WRITE_PAYOUT, [
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
    ]);
    if (written === undefined) throw new Error('the head moved');
    return written.balance_after;
  });
}
