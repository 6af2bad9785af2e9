import { AccountBusy, LedgerUnavailable } from './ports.ts';

export const SERIALIZATION_FAILURE = '40001';
export const DEADLOCK_DETECTED = '40P01';
export const UNIQUE_VIOLATION = '23505';
export const LOCK_NOT_AVAILABLE = '55P03';
/** Connection faults, resources, operator intervention, system errors: the ledger cannot work just now. */
const UNAVAILABLE_CLASSES = new Set(['08', '53', '57', '58']);

/** The SQLSTATE of a fault that the server answered; empty when there was no answer. */
export function sqlState(fault: unknown): string {
  const code = (fault as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]+$/.test(code) ? code : '';
}

/** Whether the server itself refused, so that whatever was asked was surely not done. */
export function isRefusedByServer(fault: unknown): boolean {
  const state = sqlState(fault);
  return state !== '' && !UNAVAILABLE_CLASSES.has(state.slice(0, 2));
}

/** A fault of the driver in the words of the flows. */
export function translate(fault: unknown): unknown {
  const state = sqlState(fault);
  if (state === LOCK_NOT_AVAILABLE) return new AccountBusy('the account stayed locked', { cause: fault });
  if (UNAVAILABLE_CLASSES.has(state.slice(0, 2)) || isConnectionFault(fault)) {
    return new LedgerUnavailable('the ledger database did not answer: see its log and disk', {
      cause: fault,
    });
  }
  return fault;
}

/** pg gives plain errors without a code for these. */
function isConnectionFault(fault: unknown): boolean {
  if (!(fault instanceof Error)) return false;
  const { code } = fault as { code?: unknown };
  return (
    (typeof code === 'string' && /^E[A-Z]+$/.test(code)) ||
    /timeout|terminated|Connection|not queryable|query_timeout|pool/i.test(fault.message)
  );
}
