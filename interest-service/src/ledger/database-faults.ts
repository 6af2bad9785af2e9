import { Fault } from '@core-exit/process/faults';
import { AccountBusy, LedgerUnavailable } from './faults.ts';

export const SERIALIZATION_FAILURE = '40001';
export const DEADLOCK_DETECTED = '40P01';
export const UNIQUE_VIOLATION = '23505';
export const LOCK_NOT_AVAILABLE = '55P03';
/** SQLSTATE classes of connections, resources, operator intervention and system errors: the ledger cannot work now. */
const UNAVAILABLE_CLASSES = new Set(['08', '53', '57', '58']);

/** The SQLSTATE with which the server answered; empty if the server did not answer. */
export function sqlState(fault: unknown): string {
  const code = (fault as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]+$/.test(code) ? code : '';
}

/** Whether the server itself refused the statement, so that the statement surely has no effect. */
export function isRefusedByServer(fault: unknown): boolean {
  const state = sqlState(fault);
  return state !== '' && !UNAVAILABLE_CLASSES.has(state.slice(0, 2));
}

/** A fault of the driver as a fault of the ledger; a fault that is neither a lock nor an outage is returned unchanged. */
export function asLedgerFault(fault: unknown): unknown {
  if (fault instanceof Fault) return fault;
  const state = sqlState(fault);
  if (state === LOCK_NOT_AVAILABLE) return new AccountBusy('the account stayed locked', { cause: fault });
  if (UNAVAILABLE_CLASSES.has(state.slice(0, 2)) || isConnectionFault(fault)) {
    return new LedgerUnavailable(`the ledger database did not answer: ${(fault as Error).message}`, {
      cause: fault,
    });
  }
  return fault;
}

/** pg throws plain errors without a code for a lost connection. */
function isConnectionFault(fault: unknown): boolean {
  if (!(fault instanceof Error)) return false;
  const { code } = fault as { code?: unknown };
  return (
    (typeof code === 'string' && /^E[A-Z]+$/.test(code)) ||
    /timeout|terminated|Connection|not queryable|query_timeout|pool/i.test(fault.message)
  );
}
