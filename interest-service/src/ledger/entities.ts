import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';

// Tables of which one row is locked or inserted at a time. All other statements are plain SQL (docs/decisions/0042).
// Money and positions are text, because a JavaScript number is exact only up to 2^53.

const MONEY: EntitySchemaColumnOptions = { type: 'bigint' };
const TEXT: EntitySchemaColumnOptions = { type: 'text' };

/** The head of an account in the shared core ledger: the row that every writer locks. */
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
    accountNo: { ...TEXT, name: 'account_no', primary: true },
    customerId: { ...TEXT, name: 'customer_id' },
    balance: MONEY,
    lastSeq: { ...MONEY, name: 'last_seq' },
    paidThrough: { type: 'date', name: 'paid_through' },
  },
});

/** What the documents that change a payout have in common. Amounts have the sign with which they add to the payout. */
type ChangeRow = {
  payoutId: string;
  accountNo: string;
  businessDate: string;
  gross: string;
  incomeTax: string;
  localTax: string;
  farmTax: string;
  net: string;
  balanceAfter: string;
};

const CHANGE_COLUMNS = {
  payoutId: { type: 'uuid', name: 'payout_id' },
  accountNo: { ...TEXT, name: 'account_no' },
  businessDate: { type: 'date', name: 'business_date' },
  gross: MONEY,
  incomeTax: { ...MONEY, name: 'income_tax' },
  localTax: { ...MONEY, name: 'local_tax' },
  farmTax: { ...MONEY, name: 'farm_tax' },
  net: MONEY,
  balanceAfter: { ...MONEY, name: 'balance_after' },
} satisfies Record<keyof ChangeRow, EntitySchemaColumnOptions>;

export type ReversalRow = ChangeRow & {
  reversalId: string;
  seq: string;
  basisSeq: string;
  operatorId: string;
  operatorKey: string;
  requestHash: string;
  reason: string;
  traceId: string;
  reopenedFrom: string;
  reversedAt: string;
};

export const ReversalEntity = new EntitySchema<ReversalRow>({
  name: 'reversal',
  schema: 'core',
  tableName: 'interest_reversal',
  columns: {
    reversalId: { type: 'uuid', name: 'reversal_id', primary: true },
    ...CHANGE_COLUMNS,
    seq: MONEY,
    basisSeq: { ...MONEY, name: 'basis_seq' },
    operatorId: { ...TEXT, name: 'operator_id' },
    operatorKey: { ...TEXT, name: 'operator_key' },
    requestHash: { ...TEXT, name: 'request_hash' },
    reason: TEXT,
    traceId: { ...TEXT, name: 'trace_id' },
    reopenedFrom: { type: 'date', name: 'reopened_from' },
    // Text, because TypeORM would turn a timestamp into a Date, which loses the microseconds.
    reversedAt: { ...TEXT, name: 'reversed_at' },
  },
});

export type CorrectionRow = ChangeRow & {
  correctionId: string;
  movementSeq: string;
  seq: string | null;
  taxRuleVersion: string;
  correctedAt: string;
};

export const CorrectionEntity = new EntitySchema<CorrectionRow>({
  name: 'correction',
  schema: 'core',
  tableName: 'interest_correction',
  columns: {
    correctionId: { type: 'uuid', name: 'correction_id', primary: true },
    ...CHANGE_COLUMNS,
    movementSeq: { ...MONEY, name: 'movement_seq' },
    seq: { ...MONEY, nullable: true },
    taxRuleVersion: { ...TEXT, name: 'tax_rule_version' },
    correctedAt: { ...TEXT, name: 'corrected_at' },
  },
});

/** A tax event that waits in the outbox; it is inserted in the transaction of its document. */
export type OutboxRow = { eventId: string; payoutId: string; accountNo: string; payload: object };

export const OutboxEntity = new EntitySchema<OutboxRow>({
  name: 'outbox',
  schema: 'interest',
  tableName: 'outbox',
  columns: {
    eventId: { type: 'uuid', name: 'event_id', primary: true },
    payoutId: { type: 'uuid', name: 'payout_id' },
    accountNo: { ...TEXT, name: 'account_no' },
    payload: { type: 'jsonb' },
  },
});

export const ENTITIES = [AccountEntity, ReversalEntity, CorrectionEntity, OutboxEntity];
