import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { NoConnection } from '../stored-functions.sql.ts';
import { codeOfFault } from './response-code.ts';

function reported(sqlstate: string): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError('reported by the server', 1, 'error'), { code: sqlstate });
}

describe('a failed call of the database', () => {
  it.each([
    ['55P03', 'E501'],
    ['40P01', 'E501'],
    ['57014', 'E502'],
    ['LG903', 'E903'],
    ['LG904', 'E904'],
    ['23514', 'E999'],
    ['LG777', 'E999'],
  ])('with SQLSTATE %s wrote no row, so its code is %s', (sqlstate, code) => {
    expect(codeOfFault(reported(sqlstate), { moves: true })).toBe(code);
  });

  it('without a connection wrote no row', () => {
    expect(codeOfFault(new NoConnection(), { moves: true })).toBe('E503');
  });

  it.each([
    ['the connection broke', new Error('Connection terminated unexpectedly')],
    ['the read timed out', new Error('Query read timeout')],
    ['the server shut down', reported('57P01')],
    ['the connection failed', reported('08006')],
  ])('leaves the outcome of a payout unknown if %s, and a read is not executed', (_what, fault) => {
    expect(codeOfFault(fault, { moves: true })).toBe('E998');
    expect(codeOfFault(fault, { moves: false })).toBe('E503');
  });
});
