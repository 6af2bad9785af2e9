import type { DataSource } from 'typeorm';
import type { Audit } from '../flows/ports.ts';

const FOREIGN_ACCOUNT = `
insert into interest.access_audit (customer_id, account_no, trace_id, outcome) values ($1, $2, $3, 'FOREIGN_ACCOUNT')`;

const REFUSAL = `
insert into interest.refusal_audit (customer_id, account_no, trace_id, business_date, ledger_seq, code, reasons)
values ($1, $2, $3, $4, $5, $6, $7)`;

export function postgresAudit(source: DataSource, onFault: (fault: unknown) => void): Audit {
  const keep = async (sql: string, values: unknown[]): Promise<void> => {
    await source.query(sql, values).catch(onFault);
  };
  return {
    foreignAccount: ({ customerId, accountNo, traceId }) =>
      keep(FOREIGN_ACCOUNT, [customerId, accountNo, traceId]),
    refusal: ({ customerId, accountNo, traceId }, { basis }, refusal) =>
      keep(REFUSAL, [
        customerId,
        accountNo,
        traceId,
        basis.businessDate,
        basis.ledgerSeq,
        refusal.code,
        refusal.code === 'NOT_ELIGIBLE' ? refusal.allReasons : [],
      ]),
  };
}
