import { EntitySchema } from 'typeorm';

/** The head of an account in the shared core ledger: the row that is locked. Money and sequences stay text until BigInt(). */
export type AccountRow = {
  accountNo: string;
  customerId: string;
  balance: string;
  lastSeq: string;
  paidThrough: string;
};

export const AccountEntity = new EntitySchema<AccountRow>({
  name: 'account',
  schema: 'core',
  tableName: 'account',
  columns: {
    accountNo: { name: 'account_no', type: 'text', primary: true },
    customerId: { name: 'customer_id', type: 'text' },
    balance: { type: 'bigint' },
    lastSeq: { name: 'last_seq', type: 'bigint' },
    paidThrough: { name: 'paid_through', type: 'date' },
  },
});
