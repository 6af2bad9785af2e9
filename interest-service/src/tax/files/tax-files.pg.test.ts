import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  databaseUrl,
  one,
  owner,
  payOnce,
  reversalOf,
  take,
  taxBookFixture,
} from '../../../testing/tax-book.ts';
import type { Remittance } from './remittance.ts';
import type { WithholdingReceipt } from './withholding-receipt.ts';

/** Each test starts several processes. */
const TIMEOUT_MS = 120_000;

taxBookFixture();

let out: string;
beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), 'tax-files-'));
});
afterAll(() => rmSync(out, { recursive: true }));

const run = (...args: string[]) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
    execFile(
      process.execPath,
      ['interest-service/src/main.ts', ...args],
      { env: { DATABASE_URL: databaseUrl() } },
      (fault, stdout, stderr) =>
        done({ code: typeof fault?.code === 'number' ? fault.code : 0, stdout, stderr }),
    );
  });
const written = <T>(name: string): T => JSON.parse(readFileSync(join(out, name), 'utf8')) as T;

describe('remittance', { timeout: TIMEOUT_MS }, () => {
  it('is written for the month, equal to the lines, and only if the books agree', async () => {
    const [kept, reversed] = [await payOnce(), await payOnce()];
    await take(kept, reversed);
    const month = kept.payload.businessDate.slice(0, 7);
    expect(await run('remittance', '--month', month, '--out', out)).toMatchObject({ code: 0 });
    expect(readdirSync(out).toSorted()).toEqual([
      `remittance-${month}-preliminary.csv`,
      `remittance-${month}-preliminary.json`,
    ]);
    const report = written<Remittance>(`remittance-${month}-preliminary.json`);
    expect(report).toMatchObject({ final: false, late: 0 });
    expect(report.toRemit.map(({ amount }) => amount)).toEqual(['760', '60', '0']);

    await owner.query(`update tax.remittance_day set amount = amount + 1 where tax_type = 'INCOME_TAX'`);
    const refused = await run('remittance', '--month', month, '--out', join(out, 'none'));
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('sum to 760, its total is 761'),
    });
    expect(readdirSync(out)).not.toContain('none');
    await owner.query(`update tax.remittance_day set amount = amount - 1 where tax_type = 'INCOME_TAX'`);
  });

  it('of a later month is less by the reversals of that month', async () => {
    const event = await payOnce();
    await take(event);
    await take(reversalOf(event, { businessDate: '2030-06-15' }));
    await run('remittance', '--month', '2030-06', '--out', out);
    const report = written<Remittance>('remittance-2030-06-preliminary.json');
    expect(report.toRemit.map(({ amount }) => amount)).toEqual(['-380', '-30', '0']);
    expect(report.dueDate).toBe('2030-07-10');
  });

  it('refuses options that are not valid', async () => {
    expect(await run('remittance', '--month', '2026-13', '--out', out)).toMatchObject({ code: 3 });
    expect(await run('remittance', '--month', '2026-10')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('--out is missing'),
    });
  });
});

describe('withholding-receipt', { timeout: TIMEOUT_MS }, () => {
  it('is written for a payout, with its number and its reversal', async () => {
    const event = await payOnce();
    await take(event);
    await take(reversalOf(event));
    expect(await run('withholding-receipt', '--payout', event.eventId, '--out', out)).toMatchObject({
      code: 0,
    });
    const receipt = written<WithholdingReceipt>(`withholding-receipt-${event.eventId}.json`);
    const { receipt_no } = await one<{ receipt_no: string }>(
      'select receipt_no from tax.withholding_receipt where posting_id = $1',
      [event.eventId],
    );
    expect(receipt.items.map(({ kind, incomeTax }) => [kind, incomeTax])).toEqual([
      ['INTEREST_PAID', '380'],
      ['REVERSAL', '-380'],
    ]);
    expect(receipt.items[0]?.receiptNo).toMatch(new RegExp(`^20[0-9]{2}-0*${receipt_no}$`));
    expect(receipt.totals.net).toBe('0');
    const page = readFileSync(join(out, `withholding-receipt-${event.eventId}.html`), 'utf8');
    expect(page).toContain(`********${event.accountNo.slice(-4)}`);
    expect(page).not.toContain(event.accountNo);
  });

  it('is written for a year of a customer', async () => {
    const event = await payOnce();
    await take(event);
    const { customerId, businessDate } = event.payload;
    const year = businessDate.slice(0, 4);
    await run('withholding-receipt', '--customer', customerId, '--year', year, '--out', out);
    const receipt = written<WithholdingReceipt>(`withholding-receipt-${customerId}-${year}.json`);
    expect(receipt).toMatchObject({
      year,
      totals: { gross: '2739', incomeTax: '380', localTax: '30', net: '2329' },
    });
  });

  it('is not written for an unknown payout or for options that are not valid', async () => {
    const unknown = '00000000-0000-4000-8000-00000000dead';
    expect(await run('withholding-receipt', '--payout', unknown, '--out', out)).toMatchObject({ code: 2 });
    expect(await run('withholding-receipt', '--payout', '../../x', '--out', out)).toMatchObject({ code: 3 });
    expect(await run('withholding-receipt', '--customer', 'C000000001', '--out', out)).toMatchObject({
      code: 3,
    });
  });
});
