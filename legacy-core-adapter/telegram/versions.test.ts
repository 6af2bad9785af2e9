import { expect, it } from 'vitest';
import type { Dialect } from './dialect.ts';
import { HEADER_V2, type Header } from './header.ts';
import { sizeOf } from './layout.ts';
import { messageOf, newestOf, QUOTE, QUOTE_V2 } from './messages/index.ts';
import { prefixOf, TEXT_4 } from './prefix.ts';
import { encodeRecord } from './record.ts';
import { decodeBody, decodeHeader, encodeTelegram, messageVersionOf } from './telegram.ts';

const header: Header = {
  GUID: '20261120180312345IPA0123456789AB',
  CHNL_CD: 'IPA',
  TR_CD: 'DPI1100',
  RQ_RS: 'R',
  BIZ_DT: '2026-11-20',
  TR_TM: '18:03:12.345',
  TMO_MS: 3_000n,
  RSP_CD: '0000',
  MSG_ID: '',
  ORG_GUID: '',
};
const first = {
  ACNO: '100200000001',
  HLD_NM: '홍길동',
  BS_DT: '2026-11-20',
  BS_SEQ: 4n,
  FR_DT: '2026-11-19',
  TO_DT: '2026-11-20',
  GRS: 2_739n,
  ITX: 380n,
  LTX: 30n,
  FTX: 0n,
  NET: 2_329n,
  CUR_CD: 'KRW' as const,
  PAY_FG: 'Y' as const,
  RSN_CD: '0000',
  EXP_DT: '2026-11-21',
  EXP_TM: '00:00:00.000',
};
const SECOND: Dialect = { prefix: TEXT_4, layouts: 2 };

it('the version of each header is read from the telegram', () => {
  const body = encodeRecord(QUOTE.answer, first);
  const old = encodeTelegram(header, body).subarray(4);
  const young = encodeTelegram(header, body, SECOND, 1).subarray(4);
  expect(decodeHeader(old)).toEqual(header);
  expect(decodeHeader(young)).toEqual(header);
  expect([messageVersionOf(old), messageVersionOf(young)]).toEqual([1, 1]);
  expect(decodeBody(young, QUOTE.answer)).toEqual(first);
  expect(young.toString('latin1', 0, 12)).toBe(`${String(young.length).padStart(6, '0')}V20120`);
});

it('a later message has every field of the first', () => {
  const second = { ...first, HLD_NM: '선우용녀'.repeat(7), ACRL_DAYS: 1n };
  const bytes = encodeTelegram(header, encodeRecord(QUOTE_V2.answer, second), SECOND, 2).subarray(4);
  expect(messageVersionOf(bytes)).toBe(2);
  expect(decodeBody(bytes, newestOf(QUOTE, 2).answer)).toEqual(second);
  expect(newestOf(QUOTE, 1)).toBe(QUOTE);
  expect(messageOf('DPI1100', 2)).toBe(QUOTE_V2);
  expect(messageOf('DPI2100', 2)).toBeNull();
});

it('an unknown version is malformed', () => {
  const bytes = encodeTelegram(header, Buffer.alloc(0), SECOND, 2).subarray(4);
  bytes.write('03', 8, 'latin1');
  expect(() => messageVersionOf(bytes)).toThrow('MSG_VR');
});

it('every prefix works with every header', () => {
  const bytes = encodeTelegram(header, Buffer.alloc(0), { prefix: prefixOf('binary:2:self'), layouts: 2 });
  expect(bytes.readUInt16BE(0)).toBe(2 + sizeOf(HEADER_V2));
  expect(decodeHeader(bytes.subarray(2))).toEqual(header);
});
