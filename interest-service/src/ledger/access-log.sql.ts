import type { DataSource } from 'typeorm';
import type { AccessLog } from './own-account.ts';

const FOREIGN_ACCOUNT = `
insert into interest.access_audit (customer_id, account_no, trace_id, outcome) values ($1, $2, $3, 'FOREIGN_ACCOUNT')`;

export function postgresAccessLog(source: DataSource, onFault: (fault: unknown) => void): AccessLog {
  return {
    async foreignAccount({ customerId, accountNo, traceId }) {
      await source.query(FOREIGN_ACCOUNT, [customerId, accountNo, traceId]).catch(onFault);
    },
  };
}
