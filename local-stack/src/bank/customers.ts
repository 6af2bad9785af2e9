import { query } from '../parts/postgres.ts';
import type { BankAuth } from './auth.ts';

export type Customer = { customerId: string; accountNo: string };
export type CustomerWithToken = Customer & { token: string };

/**
 * Customers who have interest to collect today: active resident individuals with an active account without holds, unpaid
 * for a week or more, whose closing balances are all high enough for a few won a day.
 */
export async function payableCustomers(ownerUrl: string, limit: number): Promise<Customer[]> {
  const rows = await query<{ customer_id: string; account_no: string }>(
    ownerUrl,
    `select customer_id, account_no
       from core.account
      where paid_through <= core.business_date() - 7
        and (select account_status = 'active' and customer_status = 'active' and tax_class = 'resident' and holds = '{}'
               from core.account_standing s
              where s.account_no = account.account_no order by seq desc limit 1)
        and (select min(closing) >= 100000 from core.day_balance d where d.account_no = account.account_no)
      order by account_no
      limit ${Math.trunc(limit)}`,
  );
  return rows.map(({ customer_id, account_no }) => ({ customerId: customer_id, accountNo: account_no }));
}

export async function withTokens(auth: BankAuth, customers: Customer[]): Promise<CustomerWithToken[]> {
  const signed = async (customer: Customer) => ({
    ...customer,
    token: await auth.signToken({ sub: customer.customerId }),
  });
  return await Promise.all(customers.map(signed));
}
