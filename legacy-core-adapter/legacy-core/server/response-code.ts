import pg from 'pg';
import type { ResponseCode } from '../../telegram/codes.ts';
import { isResponseCode } from '../../telegram/codes.ts';
import { NoConnection } from '../stored-functions.sql.ts';

/** SQLSTATEs with their own response code. Each of them ended the transaction without a write. */
const CODES_BY_SQLSTATE: Record<string, ResponseCode> = {
  '55P03': 'E501', // lock not granted in time
  '40P01': 'E501', // victim of a deadlock
  '57014': 'E502', // statement timeout
  '53300': 'E503', // too many connections
};

/** Classes of a lost connection, after which it is unknown whether the transaction was committed. */
const CONNECTION_LOST = /^(08|57P)/;

/**
 * The response code of a failed call. Only an error that the server reported proves that the transaction wrote no row. If
 * the connection was lost, the outcome of a transaction that `moves` money is unknown (E998).
 */
export function codeOfFault(fault: unknown, { moves }: { moves: boolean }): ResponseCode {
  const lost = moves ? 'E998' : 'E503';
  if (fault instanceof NoConnection) return 'E503';
  if (!(fault instanceof pg.DatabaseError) || fault.code === undefined) return lost;
  if (CONNECTION_LOST.test(fault.code)) return lost;
  const own = fault.code.replace(/^LG/, 'E'); // raised by the legacy core's functions
  if (isResponseCode(own)) return own;
  return CODES_BY_SQLSTATE[fault.code] ?? 'E999';
}
