import type { DataSource } from 'typeorm';
import type { Asked } from '../../contract/index.ts';

/** Keeps that a customer asked for somebody else's account. Never rejects: the answer to the caller does not depend on it. */
export function accessAudit(
  source: DataSource,
  onFault: (fault: unknown) => void,
): (asked: Asked) => Promise<void> {
  return async ({ customerId, accountNo, traceId }) => {
    try {
      await source.query(
        `insert into interest.access_audit (customer_id, account_no, trace_id, outcome)
         values ($1, $2, $3, 'FOREIGN_ACCOUNT')`,
        [customerId, accountNo, traceId],
      );
    } catch (fault) {
      onFault(fault);
    }
  };
}
