import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Header } from '../../telegram/header.ts';
import { PAYOUT } from '../../telegram/messages/index.ts';
import { encodeRecord } from '../../telegram/record.ts';
import { encodeTelegram } from '../../telegram/telegram.ts';

const directory = mkdtempSync(join(tmpdir(), 'describe-'));
afterAll(() => rmSync(directory, { recursive: true }));

function run(...args: string[]): Promise<{ code: number; out: string; errors: string }> {
  const program = ['legacy-core-adapter/src/main.ts', 'describe', ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, program, (error, out, errors) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, errors }),
    );
  });
}

const header: Header = {
  GUID: '20261120180312345IPA0123456789AB',
  CHNL_CD: 'IPA',
  TR_CD: 'DPI2100',
  RQ_RS: 'Q',
  BIZ_DT: null,
  TR_TM: '18:03:12.345',
  TMO_MS: 3_000n,
  RSP_CD: '9999',
  MSG_ID: '',
  ORG_GUID: '',
};
const request = { ACNO: '100200000001', CSNO: 'C000000001', CHKEY: 'key-00000001', MEMO: '이자 똠' };
const telegram = encodeTelegram(header, encodeRecord(PAYOUT.request, request));

describe('describe', { timeout: 30_000 }, () => {
  it('lists the messages, and prints a layout with position, picture and meaning of each field', async () => {
    expect((await run()).out).toMatch(/DPI2100 +V1 +110 +\d+ +interest payout/);
    const { code, out } = await run('DPI2100');
    expect(code).toBe(0);
    expect(out).toMatch(/ACNO +116 +12 +X\(12\) +account number/);
    expect(out).toMatch(/LINE\[\]\.AMT +\d+ +19 +S9\(18\) sign leading separate +amount in won/);
  });

  it('reads a captured telegram field by field, with or without its prefix', async () => {
    for (const bytes of [telegram, telegram.subarray(4)]) {
      const { code, out } = await run('--hex', bytes.toString('hex'));
      expect(code).toBe(0);
      expect(out).toContain('DPI2100 V1 request, header V1');
      expect(out).toMatch(/MEMO +202 +"이자 똠"/);
    }
  });

  it('reads a captured telegram from a file, and prints it as JSON', async () => {
    for (const content of [telegram, telegram.toString('hex')]) {
      const file = join(directory, 'capture');
      writeFileSync(file, content);
      const { fields } = JSON.parse((await run('--file', file, '--json')).out) as {
        fields: { name: string }[];
      };
      expect(fields.find(({ name }) => name === 'ACNO')).toMatchObject({ at: 116, value: '100200000001' });
      expect(fields.find(({ name }) => name === 'TMO_MS')).toMatchObject({ value: '3000' });
    }
  });

  it('names the field that cannot be read, reads the fields after it, and exits with 1', async () => {
    const damaged = Buffer.from(telegram.subarray(4));
    damaged.write('x', 116 + 12 + 10 + 64, 'latin1');
    damaged.write('\0', 116, 'latin1');
    const { code, out } = await run('--hex', damaged.toString('hex'));
    expect(code).toBe(1);
    expect(out).toMatch(/ACNO +116 +\?\? ACNO: /);
    expect(out).toMatch(/CSNO +128 +"C000000001"/);
    expect(out).toMatch(/MEMO +202 +\?\? MEMO: is not all digits/);
  });

  it('exits with 3 for an unknown message or a bad capture, and names the fields that a short capture lacks', async () => {
    expect(await run('DPI7777')).toMatchObject({ code: 3 });
    expect(await run('--hex', 'xyz')).toMatchObject({ code: 3 });
    expect(await run('--hex', 'abcd', '--prefix', 'ebcdic:4')).toMatchObject({ code: 3 });
    expect((await run('--hex', 'abcd')).out).toMatch(/GUID +6 +\?\? has 0 of 32 bytes/);
  });
});
