import pg from 'pg';
import type { ResponseCode } from '../../telegram/codes.ts';
import { isResponseCode } from '../../telegram/codes.ts';
import { NoConnection } from '../stored-functions.sql.ts';

/** SQLSTATEs with a meaning of their own. Each of them ended the transaction with nothing written. */
const CODES_BY_SQLSTATE: Record<string, ResponseCode> = {
  '55P03': 'E501', // lock not granted in time
  '40P01': 'E501', // deadlock, this one was the victim
  '57014': 'E502', // statement timeout
  '53300': 'E503', // too many connections
};

/** Classes in which the connection itself ended: whether a commit went through is not known. */
const CONNECTION_LOST = /^(08|57P)/;

/**
 * The response code for a failed call. Only an error that the server itself reported proves that nothing was
 * written; a connection that ended without one leaves the outcome of a transaction that `moves` money unknown (E998).
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
