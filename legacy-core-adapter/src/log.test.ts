import { expect, it } from 'vitest';
import { serviceLog } from './log.ts';

it('a fault is logged with its cause and without the values a database adds to it', () => {
  const fault = Object.assign(new Error('duplicate key value'), {
    code: '23505',
    constraint: 'one_payout_per_day',
    detail: 'Key (account_no)=(100200000001) already exists.',
  });
  const log = serviceLog('legacy-core', 'silent');
  const serializers = log[Symbol.for('pino.serializers') as never] as { err: (fault: unknown) => object };
  expect(serializers.err(fault)).toMatchObject({ code: '23505', constraint: 'one_payout_per_day' });
  expect(JSON.stringify(serializers.err(fault))).not.toContain('100200000001');
});
