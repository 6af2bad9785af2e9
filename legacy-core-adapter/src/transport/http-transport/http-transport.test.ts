import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PAYOUT } from '../../../telegram/messages/index.ts';
import type { LegacyTransport } from '../legacy-transport.ts';
import { sendByMapping } from './http-transport.ts';
import { type Mapping, readMapping } from './mapping.ts';

const MAPPING_FILE = new URL('../../../mappings/soap-example.json', import.meta.url);

let server: Server;
let mapping: Mapping;
let received: number;
let transport: Transport;

type Transport = Pick<LegacyTransport, 'send' | 'counts'>;

const transportWith = (own: Partial<Mapping> = {}): Transport => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return sendByMapping(url, { ...mapping, ...own }, pino({ level: 'silent' }));
};
const payout = (body: Partial<Record<'ACNO' | 'CSNO' | 'CHKEY' | 'MEMO', string>>) =>
  transport.send('test', {
    message: PAYOUT,
    body: { ACNO: '100200000001', CSNO: 'C000000001', CHKEY: 'key-00000001', MEMO: '', ...body },
    guid: 'G'.repeat(32),
    withinMs: 1_000,
  });

beforeAll(async () => {
  mapping = await readMapping(MAPPING_FILE);
  server = createServer((request, response) => {
    received += 1;
    request.resume().on('end', () => response.end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(() => {
  received = 0;
  transport = transportWith();
});

describe('a request by a mapping is as strict as a telegram: it is refused with the name of the field if', () => {
  it.each([
    ['the memo has a character that CP949 lacks', { MEMO: '이자 😀' }, 'MEMO'],
    ['the memo is longer than its field', { MEMO: '가'.repeat(11) }, 'MEMO'],
    ['the key has a control character', { CHKEY: 'key\u0000' }, 'CHKEY'],
    ['the account number is longer than its field', { ACNO: '1'.repeat(13) }, 'ACNO'],
  ])('%s', async (_what, body, field) => {
    for (const charset of ['utf-8', 'cp949'] as const) {
      transport = transportWith({ charset });
      await expect(payout(body)).rejects.toMatchObject({ code: 'TELEGRAM_UNENCODABLE', field });
    }
    expect(received).toBe(0);
  });

  it('the mapping itself has text that its own character set lacks', async () => {
    const operations = structuredClone(mapping.operations);
    operations.DPI2100.request = { greeting: 'grüezi 😀' };
    transport = transportWith({ charset: 'cp949', operations });
    await expect(payout({})).rejects.toMatchObject({ code: 'TELEGRAM_UNENCODABLE', field: 'document' });
    expect(received).toBe(0);
  });
});

it('a request that cannot be written frees its place again', async () => {
  for (let n = 0; n < 200; n++) await expect(payout({ MEMO: '😀' })).rejects.toThrow('MEMO');
  expect(transport.counts()['underWay']).toBe(0);
  expect(await payout({ MEMO: '이자 똠' })).toMatchObject({ kind: 'no-answer' });
  expect(received).toBe(1);
});
