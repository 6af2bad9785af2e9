import { BadInput } from '@core-exit/process/faults';
import { describe, expect, it } from 'vitest';
import { auditArguments } from './audit-arguments.command.ts';

describe('the arguments of audit', () => {
  const account = '100200000001';
  const digest = 'ab'.repeat(32);

  it('mean all accounts now, if there are none', () => {
    expect(auditArguments({})).toEqual({
      kind: 'all',
      through: null,
      json: false,
      resume: null,
      anchors: new Map(),
    });
  });

  it('take a date for all accounts, and a date, a position or a basis for one account', () => {
    const other = '0'.repeat(64);
    const anchor = `2026-02-27=${digest},2026-02-28=${other}`;
    expect(auditArguments({ at: '2026-02-28', anchor, resume: 'f' })).toMatchObject({
      through: '2026-02-28',
      resume: 'f',
      anchors: new Map([
        ['2026-02-27', digest],
        ['2026-02-28', other],
      ]),
    });
    const at = (text: string) => auditArguments({ account, at: text });
    expect(at('2024-02-29')).toMatchObject({ at: { kind: 'day', businessDate: '2024-02-29' } });
    expect(at('12')).toMatchObject({ at: { kind: 'seq', ledgerSeq: 12n } });
    expect(at('12/2026-01-02')).toMatchObject({
      at: { kind: 'basis', ledgerSeq: 12n, businessDate: '2026-01-02' },
    });
  });

  it.each([
    { at: '2026-02-30' },
    { at: '12' },
    { account: '12' },
    { account, at: '12/' },
    { account, at: '12/2026-01-02/1' },
    { account, resume: 'f' },
    { anchor: '2026-01-02' },
    { anchor: `2026-13-02=${digest}` },
  ])('%j are refused before anything starts', (given) => {
    expect(() => auditArguments(given)).toThrow(BadInput);
  });
});
