import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { waitFor } from '@core-exit/local-stack/testing';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FrameReader } from '../../telegram/frame.ts';
import { newGuid } from '../../telegram/guid.ts';
import { HEADER_BYTES, type Header } from '../../telegram/header.ts';
import { PAYOUT, REFUSED } from '../../telegram/messages/index.ts';
import { encodeRecord } from '../../telegram/record.ts';
import { decodeBody, decodeHeader, encodeTelegram } from '../../telegram/telegram.ts';
import { bodyOf, type Customer, type Legacy, since, startLegacy } from '../../testing/legacy.ts';

let legacy: Legacy;
let customer: Customer;
let socket: Socket;
let answers: Buffer[];
let closed: boolean;

beforeAll(async () => {
  legacy = await startLegacy();
  customer = await legacy.open(since(1, 50_000_000n));
});
afterAll(() => legacy.stop());

beforeEach(async () => {
  answers = [];
  closed = false;
  socket = connect(legacy.port, '127.0.0.1');
  await once(socket, 'connect');
  const reader = new FrameReader(HEADER_BYTES);
  socket.on('data', (chunk: Buffer) => answers.push(...reader.push(chunk)));
  socket.on('error', () => undefined);
  socket.on('close', () => {
    closed = true;
  });
});
afterEach(async () => {
  socket.destroy();
  await nothingHappened();
});

/** After any bytes: no payout, no line in the log, and the server answers the next request. */
async function nothingHappened(): Promise<void> {
  expect(await legacy.sql('select from core.interest_payout')).toEqual([]);
  expect(await legacy.sql('select from legacy.guid_log')).toEqual([]);
  bodyOf(await legacy.core.quote(customer, null));
}

function payout(header: Partial<Header> = {}): Buffer {
  const body = encodeRecord(PAYOUT.request, {
    ACNO: customer.accountNo,
    CSNO: customer.customerId,
    CHKEY: 'key-bad-telegram',
    MEMO: '이자',
  });
  return encodeTelegram(
    {
      GUID: newGuid(),
      CHNL_CD: 'IPA',
      TR_CD: 'DPI2100',
      RQ_RS: 'Q',
      BIZ_DT: null,
      TR_TM: '18:03:12.345',
      TMO_MS: 3_000n,
      RSP_CD: '9999',
      MSG_ID: '',
      ORG_GUID: '',
      ...header,
    },
    body,
  );
}

async function answerTo(telegram: Buffer): Promise<{ rspCd: string; text: string }> {
  socket.write(telegram);
  const answer = await waitFor(() => answers.shift(), { timeoutMs: 2_000, what: 'an answer' });
  return { rspCd: decodeHeader(answer).RSP_CD, text: decodeBody(answer, REFUSED).MSG_TX };
}

/** The valid payout telegram with other bytes at an offset of its body. */
function damaged(at: number, bytes: string | Buffer): Buffer {
  const telegram = payout();
  Buffer.from(bytes).copy(telegram, 4 + HEADER_BYTES + at);
  return telegram;
}

describe('a telegram with a readable header and a bad body is refused by name', () => {
  it.each([
    ['a NUL in the account number', () => damaged(3, '\0'), 'ACNO'],
    ['half a syllable in the key', () => damaged(22, Buffer.from([0xb0, 0x20])), 'CHKEY'],
    ['letters in the length of the memo', () => damaged(86, '00x4'), 'MEMO'],
    ['a memo longer than its field', () => damaged(86, '0021'), 'MEMO'],
    ['a body that is too short', () => encodeTelegram(headerOf(payout()), Buffer.alloc(10, '0')), 'body'],
    ['a body of another transaction', () => payout({ TR_CD: 'DPI1100' }), 'body'],
  ] as [string, () => Buffer, string][])('%s', async (_what, telegram, field) => {
    const { rspCd, text } = await answerTo(telegram());
    expect(rspCd).toBe('E901');
    expect(text).toMatch(new RegExp(`^${field}: `));
    expect(closed).toBe(false);
  });

  it('an unknown transaction code', async () => {
    expect((await answerTo(payout({ TR_CD: 'DPI7777' }))).rspCd).toBe('E902');
    expect((await answerTo(payout({ TR_CD: 'CONSTRU' }))).rspCd).toBe('E902');
  });

  it('an answer instead of a request', async () => {
    expect((await answerTo(payout({ RQ_RS: 'R' }))).rspCd).toBe('E901');
  });

  it('a payout whose caller waits no longer is not executed', async () => {
    expect((await answerTo(payout({ TMO_MS: 0n }))).rspCd).toBe('E503');
  });

  it('SQL in a field is text', async () => {
    expect((await answerTo(damaged(0, "' or 1=1 --"))).rspCd).toBe('E401');
    await legacy.sql('delete from legacy.guid_log'); // a refused payout leaves its line in the log
  });
});

describe('the session is closed', () => {
  it.each([
    ['garbage', () => Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['a length below the header', () => Buffer.from('0010')],
    ['a length beyond every layout', () => Buffer.from('9999')],
    ['a header whose length is not its own', () => payout().fill('9', 4, 10)],
    ['a GUID in small letters', () => payout().fill('x', 10, 12)],
    ['a broken text in the header', () => payout().fill(0xff, 4 + 76, 4 + 77)],
    [
      'a good telegram with garbage after its first half',
      () => Buffer.concat([payout().subarray(0, 100), Buffer.alloc(400)]),
    ],
  ])('after %s', async (_what, bytes) => {
    socket.write(bytes());
    await waitFor(() => closed, { timeoutMs: 2_000, what: 'the end of the session' });
    expect(answers).toEqual([]);
  });

  it('after random bytes, or they get no answer, and the server stays up', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
        const peer = connect(legacy.port, '127.0.0.1');
        peer.on('error', () => undefined);
        let got = 0;
        peer.on('data', (chunk: Buffer) => {
          got += chunk.length;
        });
        peer.end(Buffer.from(bytes));
        await once(peer, 'close');
        expect(got).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a telegram', () => {
  it('that ends early, at any byte, has no effect', async () => {
    const telegram = payout();
    for (let length = 0; length < telegram.length; length += 7) {
      const peer = connect(legacy.port, '127.0.0.1');
      peer.on('error', () => undefined);
      peer.resume();
      peer.end(telegram.subarray(0, length));
      await once(peer, 'close');
    }
  });

  it('of many that arrive together is answered by its GUID', async () => {
    const polls = Array.from({ length: 50 }, () =>
      encodeTelegram({ ...headerOf(payout()), GUID: newGuid(), TR_CD: 'COM0000' }, Buffer.alloc(0)),
    );
    socket.write(Buffer.concat(polls));
    await waitFor(() => answers.length === 50, { timeoutMs: 5_000, what: '50 answers' });
    expect(answers.map((answer) => decodeHeader(answer).GUID).toSorted()).toEqual(
      polls.map((poll) => decodeHeader(poll.subarray(4)).GUID).toSorted(),
    );
  });
});

const headerOf = (telegram: Buffer): Header => decodeHeader(telegram.subarray(4));
