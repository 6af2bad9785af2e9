import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { legacyCore } from '../../core.ts';
import type { SentPayouts } from '../../payout/sent-payouts.ts';
import type { LegacyTransport } from '../legacy-transport.ts';
import { sendByMapping } from './http-transport.ts';
import { type Mapping, readMapping } from './mapping.ts';

const MAPPING_FILE = new URL('../../../mappings/soap-example.json', import.meta.url);
const CUSTOMER = { accountNo: '100200000001', customerId: 'C000000001', traceId: 'test' };

/** A record that keeps no payout. */
const NO_RECORD: SentPayouts = {
  record: async () => ({ kind: 'recorded' }),
  settle: async () => undefined,
  handOver: async () => undefined,
  find: async () => null,
  claimOverdue: async () => [],
  deleteOld: async () => 0,
};

/** A small legacy core that speaks XML, with one account that is paid once. Each test sets its failures. */
type Sample = {
  actions: string[];
  bodies: string[];
  fails: (action: string, response: ServerResponse) => boolean;
  result: (action: string) => string;
};
let sample: Sample;
let server: Server;
let mapping: Mapping;
let transport: Pick<LegacyTransport, 'send' | 'counts'>;
let paidBy: string[];

const amounts = `<account>100200000001</account><asOf date="20261120" entry="4"/><period from="20261119" to="20261120"/>
  <gross>2739</gross><tax><income>380</income><local>30</local><farm>0</farm></tax><net>2329</net><currency>KRW</currency>`;
const posted = `<balance>50002329</balance><memo>이자 &amp; 똠</memo>
  <line account="EXPENSE" side="DEBIT">2739</line><line account="DEPOSIT" side="CREDIT">2329</line>
  <line account="INCOME-TAX" side="CREDIT">380</line><line account="LOCAL-TAX" side="CREDIT">30</line>`;
const receipt = `<receipt id="5d18810d-6866-4cf8-a246-35db76f0377d" again="false"><date>20261120</date><time>18:03:12.345</time></receipt>`;

function resultOf(action: string): string {
  switch (action) {
    case 'Ping':
      return '<code>OK</code><date>20261120</date><time>18:03:12.345</time>';
    case 'Quote':
      return `<code>OK</code>${amounts}<holder>홍길동</holder><payable>true</payable><reason>OK</reason>
        <validUntil><date>20261121</date><time>00:00:00.000</time></validUntil>`;
    case 'Rehearse':
      return `<code>OK</code>${amounts}${posted}`;
    case 'Pay':
      paidBy.push('Pay');
      return `<code>OK</code>${amounts}${posted}${receipt}`;
    default:
      return paidBy.length > 0 ? `<code>OK</code>${amounts}${posted}${receipt}` : '<code>NOT-DONE</code>';
  }
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const action = String(request.headers['soapaction']);
  sample.actions.push(action);
  sample.bodies.push(Buffer.concat(chunks).toString('utf8'));
  const result = sample.result(action);
  if (sample.fails(action, response)) return;
  response.end(
    `<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><Result>${result}</Result></s:Body></s:Envelope>`,
  );
}

beforeAll(async () => {
  mapping = await readMapping(MAPPING_FILE);
  server = createServer((request, response) => void serve(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(() => {
  paidBy = [];
  sample = { actions: [], bodies: [], fails: () => false, result: resultOf };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  transport = sendByMapping(url, mapping, pino({ level: 'silent' }));
});

const core = (send = transport.send) =>
  legacyCore(
    { send, sentPayouts: NO_RECORD, deadlines: { answerWithinMs: 300, knownWithinMs: 2_000 } },
    () => true,
  );

describe('a legacy core that speaks XML, by its mapping file alone', () => {
  it('quotes as of a basis', async () => {
    const at = { businessDate: '2026-11-20', ledgerSeq: '4' };
    expect(await core().quote(CUSTOMER, at)).toMatchObject({
      ok: true,
      body: {
        gross: '2739',
        net: '2329',
        payable: true,
        refusal: null,
        basis: at,
        expiresAt: '2026-11-21T00:00:00+09:00',
      },
    });
    expect(sample.bodies[0]).toContain('<asOf date="20261120" entry="4"');
  });

  it('pays with the same receipt as over telegrams, with its lines and Korean text', async () => {
    expect(await core().pay(CUSTOMER, 'key-00000001', { memo: '이자' })).toEqual({
      ok: true,
      body: {
        replayed: false,
        payout: {
          payoutId: '5d18810d-6866-4cf8-a246-35db76f0377d',
          paidAt: '2026-11-20T18:03:12.345+09:00',
          accountNo: CUSTOMER.accountNo,
          businessDate: '2026-11-20',
          period: { from: '2026-11-19', to: '2026-11-20' },
          gross: '2739',
          incomeTax: '380',
          localTax: '30',
          farmTax: '0',
          net: '2329',
          currency: 'KRW',
          memo: '이자 & 똠',
          balanceAfter: '50002329',
          postings: [
            { glCode: 'INTEREST_EXPENSE', side: 'debit', amount: '2739' },
            { glCode: 'CUSTOMER_DEPOSIT', side: 'credit', amount: '2329' },
            { glCode: 'WITHHELD_INCOME_TAX', side: 'credit', amount: '380' },
            { glCode: 'WITHHELD_LOCAL_TAX', side: 'credit', amount: '30' },
          ],
          basis: { businessDate: '2026-11-20', ledgerSeq: '4' },
        },
      },
    });
    expect(sample.bodies[0]).toMatch(/<requestId>[0-9]{17}IPA[0-9A-F]{12}<\/requestId><timeoutMs>\d+</);
  });

  it('refuses in the words of the contract, with the basis of the refusal', async () => {
    sample.result = () =>
      '<code>ACCOUNT-DORMANT</code><asOf date="20261120" entry="7"/><message>no</message>';
    expect(await core().rehearse(CUSTOMER, {})).toMatchObject({
      problem: { code: 'NOT_ELIGIBLE', reason: 'ACCOUNT_DORMANT', basis: { ledgerSeq: '7' } },
    });
  });

  it('a code without a mapping is a fault with that code', async () => {
    sample.result = () => '<code>SOLAR-FLARE</code>';
    await expect(core().quote(CUSTOMER, null)).rejects.toThrow('RSP_CD SOLAR-FLARE');
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['hangs', () => undefined],
    ['is reset', (response) => void response.socket?.destroy()],
    ['is no XML', (response) => void response.end('<html><p>502 Bad Gateway')],
    ['is longer than any', (response) => void response.end('x'.repeat(100_000))],
    [
      'has an amount that is none',
      (response) =>
        void response.end('<s:Envelope><s:Body><Result><code>OK</code></Result></s:Body></s:Envelope>'),
    ],
    [
      'brings entities of its own',
      (response) => void response.end('<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'),
    ],
  ])('a payout whose answer %s is inquired about, found, and never sent again', async (_what, fails) => {
    sample.fails = (action, response) => {
      if (action === 'Pay') fails(response);
      return action === 'Pay';
    };
    expect(await core().pay(CUSTOMER, 'key-00000001', {})).toMatchObject({
      ok: true,
      body: { payout: { net: '2329' } },
    });
    expect(sample.actions.filter((action) => action === 'Pay')).toHaveLength(1);
    expect(sample.actions.at(-1)).toBe('Outcome');
    expect(transport.counts()).toMatchObject({ noAnswer: 1 });
  });

  it('a core that cannot be reached gets no request', async () => {
    const gone = createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    const unreachable = sendByMapping(`http://127.0.0.1:${port}`, mapping, pino({ level: 'silent' }));
    expect(await core(unreachable.send).pay(CUSTOMER, 'key-00000001', {})).toMatchObject({
      problem: { code: 'UNAVAILABLE' },
    });
    expect(unreachable.counts()).toMatchObject({ notSent: 1 });
  });
});

it('the same mapping works in JSON, with numbers beyond a float', async () => {
  const json: Mapping = { ...mapping, format: 'json', contentType: 'application/json' };
  sample.fails = (_action, response) => {
    const result = {
      code: 'OK',
      account: '100200000001',
      holder: '홍길동',
      asOf: { '@date': '20261120', '@entry': 4 },
      period: { '@from': '20261119', '@to': '20261120' },
      tax: { income: 0, local: 0, farm: 0 },
      currency: 'KRW',
      payable: true,
      reason: 'OK',
      validUntil: { date: '20261121', time: '00:00:00.000' },
    };
    const text = JSON.stringify({ 's:Envelope': { 's:Body': { Result: result } } });
    response.end(
      text.replace('"currency"', '"gross":900719925474099301,"net":900719925474099301,"currency"'),
    );
    return true;
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { send } = sendByMapping(url, json, pino({ level: 'silent' }));
  expect(await core(send).quote(CUSTOMER, null)).toMatchObject({
    ok: true,
    body: { gross: '900719925474099301' },
  });
  expect(JSON.parse(sample.bodies[0] ?? '')).toMatchObject({
    's:Envelope': { 's:Body': { Quote: { account: CUSTOMER.accountNo } } },
  });
});

it('a mapping file that is not valid is refused with the place of each fault', async () => {
  await expect(readMapping('nowhere.json')).rejects.toThrow('nowhere.json');
  await expect(readMapping(new URL('../../../package.json', import.meta.url))).rejects.toMatchObject({
    code: 'BAD_INPUT',
    message: expect.stringContaining('required properties') as string,
  });
});
