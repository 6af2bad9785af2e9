import { describe, expect, it } from 'vitest';
import { AccountBusy, CommitOutcomeUnknown, LedgerUnavailable } from './ports.ts';
import { outcomeUnknown, tryAgain } from './transaction.ts';

const serverFault = (code: string) => Object.assign(new Error(`the server said ${code}`), { code });

/** A transaction that meets these faults, one each time, and then succeeds. */
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
    'that meets %s is tried %i times in all: the last one may succeed, a fault then is told',
    async (code, tries) => {
      const settled = meeting(...times(tries - 1, code));
      expect(await tryAgain(settled.once)).toBe('done');
      expect(settled.tries).toBe(tries);

      const endless = meeting(...times(tries + 5, code));
      const told = await tryAgain(endless.once).catch((fault: unknown) => fault);
      expect(told).toBeInstanceOf(Error);
      expect(code === '55P03' ? (told as Error).cause : told).toMatchObject({ code });
      expect(endless.tries).toBe(tries);
    },
  );

  it('that never gets its lock says that the account is busy', async () => {
    await expect(tryAgain(meeting(...times(2, '55P03')).once)).rejects.toBeInstanceOf(AccountBusy);
  });

  it('counts its tries together, whatever it met before', async () => {
    const mixed = meeting(serverFault('40001'), serverFault('40P01'), serverFault('23505'));
    await expect(tryAgain(mixed.once)).rejects.toMatchObject({ code: '23505' });
    expect(mixed.tries).toBe(3);
  });

  it('whose COMMIT got no answer is never tried again, whatever the reason says', async () => {
    for (const cause of [serverFault('40001'), serverFault('57P01'), new Error('Connection terminated')]) {
      const unknown = meeting(outcomeUnknown(cause));
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
  ])('that meets %s is told at once', async (code, kind) => {
    const work = meeting(serverFault(code));
    await expect(tryAgain(work.once)).rejects.toBeInstanceOf(kind);
    expect(work.tries).toBe(1);
  });
});
