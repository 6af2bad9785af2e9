import type { DataSource } from 'typeorm';
import type { Audit } from './ports.ts';

const FOREIGN_ACCOUNT = `
insert into interest.access_audit (customer_id, account_no, trace_id, outcome) values ($1, $2, $3, 'FOREIGN_ACCOUNT')`;

export function postgresAudit(source: DataSource, onFault: (fault: unknown) => void): Audit {
  const keep = async (sql: string, values: unknown[]): Promise<void> => {
    await source.query(sql, values).catch(onFault);
  };
  return {
    foreignAccount: ({ customerId, accountNo, traceId }) =>
      keep(FOREIGN_ACCOUNT, [customerId, accountNo, traceId]),
  };
}
