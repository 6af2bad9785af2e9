import { describe, expect, it } from 'vitest';
import { AccountBusy, CommitOutcomeUnknown, LedgerUnavailable } from './faults.ts';
import { tryAgain } from './transaction.ts';

const serverFault = (code: string) => Object.assign(new Error(`the server answered ${code}`), { code });

/** A transaction that meets one of these faults at each attempt, and then succeeds. */
function meeting(...faults: unknown[]) {
  const left = [...faults];
  const work = {
    tries: 0,
    once: async () => {
      work.tries += 1;
      const fault = left.shift();
      if (fault !== undefined) throw fault;
      return 'done';
    },
  };
  return work;
}
const times = (n: number, code: string) => Array.from({ length: n }, () => serverFault(code));

describe('a whole transaction', () => {
  it.each([
    ['40001', 3],
    ['40P01', 3],
    ['23505', 3],
    ['55P03', 2],
  ])(
    'that meets %s is tried %i times: the last attempt may succeed, otherwise its fault is thrown',
    async (code, tries) => {
      const settled = meeting(...times(tries - 1, code));
      expect(await tryAgain(settled.once)).toBe('done');
      expect(settled.tries).toBe(tries);

      const endless = meeting(...times(tries + 5, code));
      const thrown = await tryAgain(endless.once).catch((fault: unknown) => fault);
      expect(thrown).toBeInstanceOf(Error);
      expect(code === '55P03' ? (thrown as Error).cause : thrown).toMatchObject({ code });
      expect(endless.tries).toBe(tries);
    },
  );

  it('that never gets its lock throws that the account is busy', async () => {
    await expect(tryAgain(meeting(...times(2, '55P03')).once)).rejects.toBeInstanceOf(AccountBusy);
  });

  it('counts all its attempts together, whatever fault each of them met', async () => {
    const mixed = meeting(serverFault('40001'), serverFault('40P01'), serverFault('23505'));
    await expect(tryAgain(mixed.once)).rejects.toMatchObject({ code: '23505' });
    expect(mixed.tries).toBe(3);
  });

  it('whose COMMIT got no answer is never repeated, whatever the cause is', async () => {
    for (const cause of [serverFault('40001'), serverFault('57P01'), new Error('Connection terminated')]) {
      const unknown = meeting(new CommitOutcomeUnknown({ cause }));
      await expect(tryAgain(unknown.once)).rejects.toBeInstanceOf(CommitOutcomeUnknown);
      expect(unknown.tries).toBe(1);
    }
  });

  it.each([
    ['08006', LedgerUnavailable],
    ['57P01', LedgerUnavailable],
    ['53300', LedgerUnavailable],
    ['ECONNRESET', LedgerUnavailable],
    ['23514', Error],
    ['42501', Error],
  ])('that meets %s is not repeated', async (code, kind) => {
    const work = meeting(serverFault(code));
    await expect(tryAgain(work.once)).rejects.toBeInstanceOf(kind);
    expect(work.tries).toBe(1);
  });
});
