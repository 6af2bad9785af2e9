import { describe, expect, it } from 'vitest';
import { fromCp949 } from './charset.ts';
import { HEADER_BYTES, HEADER_V2, type Header } from './header.ts';
import { sizeOf } from './layout.ts';
import { MAX_TELEGRAM_BYTES } from './longest.ts';
import { ALL_MESSAGES, PAYOUT, QUOTE, REFUSED } from './messages/index.ts';
import { encodeRecord } from './record.ts';
import { decodeBody, decodeHeader, encodeTelegram } from './telegram.ts';

const PREFIX_BYTES = 4;
const request: Header = {
  GUID: '20261120180312345IPA0123456789AB',
  CHNL_CD: 'IPA',
  TR_CD: 'DPI1100',
  RQ_RS: 'Q',
  BIZ_DT: null,
  TR_TM: '18:03:12.345',
  TMO_MS: 3_000n,
  RSP_CD: '9999',
  MSG_ID: '',
  ORG_GUID: '',
};

describe('golden telegrams', () => {
  it('a quote request is these bytes', () => {
    const body = encodeRecord(QUOTE.request, {
      ACNO: '100200000001',
      CSNO: 'C000000001',
      BS_DT: null,
      BS_SEQ: 0n,
    });
    expect(encodeTelegram(request, body).toString('latin1')).toBe(
      [
        '0165', // length on the line
        '000165', // TOT_LEN
        '20261120180312345IPA0123456789AB',
        'IPA',
        'DPI1100',
        'Q',
        '00000000', // BIZ_DT
        '180312345', // TR_TM
        '003000', // TMO_MS
        '9999', // RSP_CD
        '        ', // MSG_ID
        ' '.repeat(32), // ORG_GUID
        '100200000001', // ACNO
        'C000000001', // CSNO
        '00000000', // BS_DT
        '0000000000000000000', // BS_SEQ
      ].join(''),
    );
  });

  it('a payout answer is these bytes', () => {
    const body = encodeRecord(PAYOUT.answer, {
      PAYO_ID: '5d18810d-6866-4cf8-a246-35db76f0377d',
      PAID_DT: '2026-11-20',
      PAID_TM: '18:03:12.345',
      REPL_FG: 'N',
      ACNO: '100200000001',
      BS_DT: '2026-11-20',
      BS_SEQ: 4n,
      FR_DT: '2026-11-19',
      TO_DT: '2026-11-20',
      GRS: 2_739n,
      ITX: 380n,
      LTX: 30n,
      FTX: 0n,
      NET: 2_329n,
      CUR_CD: 'KRW',
      BAL_AFT: 50_002_329n,
      MEMO: '이자 ',
      LINE: [
        { GL_CD: '51110100', DC_GB: 'D', AMT: 2_739n },
        { GL_CD: '21110100', DC_GB: 'C', AMT: 2_329n },
        { GL_CD: '25310100', DC_GB: 'C', AMT: 380n },
        { GL_CD: '25310200', DC_GB: 'C', AMT: 30n },
      ],
    });
    const telegram = encodeTelegram(
      { ...request, TR_CD: 'DPI2100', RQ_RS: 'R', BIZ_DT: '2026-11-20', RSP_CD: '0000' },
      body,
    );
    expect(fromCp949(telegram.subarray(PREFIX_BYTES + HEADER_BYTES))).toBe(
      [
        '5d18810d-6866-4cf8-a246-35db76f0377d',
        '20261120',
        '180312345',
        'N',
        '100200000001',
        '20261120',
        '0000000000000000004',
        '20261119',
        '20261120',
        '+000000000000002739',
        '+000000000000000380',
        '+000000000000000030',
        '+000000000000000000',
        '+000000000000002329',
        'KRW',
        '+000000000050002329',
        '0005이자                ', // length in bytes, then 20 bytes
        '04',
        '51110100D+000000000000002739',
        '21110100C+000000000000002329',
        '25310100C+000000000000000380',
        '25310200C+000000000000000030',
        ' '.repeat(28),
      ].join(''),
    );
  });
});

describe('a telegram', () => {
  it('has its own length in TOT_LEN, or is malformed', () => {
    const telegram = encodeTelegram(request, Buffer.alloc(0)).subarray(PREFIX_BYTES);
    expect(decodeHeader(telegram)).toEqual(request);
    const longer = Buffer.concat([telegram, Buffer.from(' ')]);
    expect(() => decodeHeader(longer)).toThrow(`TOT_LEN: is ${HEADER_BYTES}`);
    expect(() => decodeHeader(telegram.subarray(1))).toThrow('bytes instead of');
  });

  it('of every layout can be framed, and a longer one than the longest layout is refused', () => {
    const bodies = [REFUSED, ...ALL_MESSAGES.flatMap(({ request, answer }) => [request, answer])];
    const lengths = bodies.map((body) => sizeOf(HEADER_V2) + sizeOf(body));
    expect(Math.max(...lengths)).toBe(MAX_TELEGRAM_BYTES);
  });

  it('has a body of exactly its layout', () => {
    const telegram = encodeTelegram(request, Buffer.from('x')).subarray(PREFIX_BYTES);
    expect(() => decodeBody(telegram, QUOTE.request)).toThrow(`1 bytes instead of ${sizeOf(QUOTE.request)}`);
  });
});
