import { expect, it } from 'vitest';
import { faultForLog } from './fault-for-log.ts';

it('logs the kind and place of an error, and no value of the statement that failed', () => {
  const driver = Object.assign(new Error('account 100200000001 is closed'), {
    code: '55000',
    detail: 'Key (account_no)=(100200000001)',
  });
  const fault = Object.assign(new Error('query failed for 100200000001', { cause: driver }), {
    code: '23505',
    constraint: 'one_payout_per_key',
    parameters: ['100200000001', 'C000000001', '홍길동'],
    query: 'insert ...',
  });
  const logged = faultForLog(fault);
  expect(logged).toMatchObject({ code: '23505', constraint: 'one_payout_per_key', cause: { code: '55000' } });
  expect(logged.stack).toContain('fault-for-log.test.ts');
  expect(JSON.stringify(logged)).not.toMatch(/10020000|홍길동|C000000001/);
  expect(logged.message).toBe('query failed for ********0001');
});

it('accepts whatever was thrown', () => {
  expect(faultForLog('no error at all 100200000001')).toEqual({
    type: 'string',
    message: 'no error at all ********0001',
    stack: '',
  });
});
