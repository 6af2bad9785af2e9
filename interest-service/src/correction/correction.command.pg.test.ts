import { describe, expect, it } from 'vitest';
import { bankUnderTest } from '../../testing/bank-under-test.ts';
import { jsonLines, runCommand } from '../../testing/run-command.ts';

const bank = bankUnderTest();
const { open, pay, move, balanceOf } = bank;

/** Five processes, one after the other, on a machine under load. */
const COMMANDS_WITHIN_MS = 180_000;

describe('interest-service correct', () => {
  it(
    'returns in its exit code whether a correction is pending, and prints what the operator does next',
    async () => {
      const [good, short] = [await open(36_500_000n), await open(36_500_000n)];
      for (const account of [good, short]) await pay(account);
      await move(good, 1_000_000, 30);
      await move(short, -1_000_000, 30);
      await move(short, -BigInt(await balanceOf(short)), 0);
      const url = bank.url('interest_service');

      const rehearsed = await runCommand(url, ['correct', '--account', good.accountNo, '--dry-run']);
      expect(rehearsed).toMatchObject({ code: 0, err: '' });
      expect(rehearsed.out).toMatch(
        /posted +gross 1643, net 1393 won\n1 accounts: 1 differences would be posted/,
      );

      const all = await runCommand(url, ['correct', '--all', '--json']);
      expect(all.code).toBe(2);
      expect(jsonLines(all.out)).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ accountNo: good.accountNo, kind: 'posted' }),
          expect.objectContaining({ accountNo: short.accountNo, kind: 'pending', reason: 'BALANCE_TOO_LOW' }),
        ]),
      );
      const pending = await runCommand(url, ['correct', '--account', short.accountNo]);
      expect(pending.out).toContain('BALANCE_TOO_LOW: claim the amount from the holder');
      expect(await runCommand(url, ['correct', '--all', '--account', '1'])).toMatchObject({
        code: 3,
        out: '',
      });
      expect(await runCommand(url, ['correct', '--account', '999999999999'])).toMatchObject({ code: 3 });
    },
    COMMANDS_WITHIN_MS,
  );
});
