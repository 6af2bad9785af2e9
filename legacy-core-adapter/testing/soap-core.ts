import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AnswerRow, QuoteRow } from '../legacy-core/rows.ts';
import { timeOf } from '../legacy-core/server/reply.ts';
import { openStoredFunctions, type StoredFunctions } from '../legacy-core/stored-functions.sql.ts';

export type SoapCore = {
  readonly url: string;
  /** SOAP actions of the requests, in order. */
  readonly actions: string[];
  /** Whether the core loses the answer to an action after its execution. */
  loses: (action: string) => boolean;
  stop(): Promise<void>;
};

/** This core's words for some codes. The other codes are sent as they are. */
const WORDS: Record<string, string> = {
  '0000': 'OK',
  E101: 'ACCOUNT-CLOSED',
  E107: 'ACCOUNT-DORMANT',
  E201: 'PAID-TODAY',
  E202: 'NO-INTEREST',
  E401: 'UNKNOWN-ACCOUNT',
  E501: 'BUSY',
  E601: 'NOT-DONE',
  E602: 'RUNNING',
};
const GL_WORDS: Record<string, string> = {
  '51110100': 'EXPENSE',
  '21110100': 'DEPOSIT',
  '25310100': 'INCOME-TAX',
  '25310200': 'LOCAL-TAX',
  '25310300': 'FARM-TAX',
};
const LISTENS_MS = 3_000;

/** The core of `mappings/soap-example.json`: SOAP in front of the same stored functions, written independently of the mapping. */
export async function startSoapCore(databaseUrl: string, port = 0): Promise<SoapCore> {
  const functions = openStoredFunctions(databaseUrl, () => undefined);
  const actions: string[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const action = String(request.headers['soapaction']);
      const text = await bodyOf(request);
      if (action !== 'Ping') actions.push(action);
      const result = await resultOf(functions, action, text);
      if (core.loses(action)) return void response.destroy();
      response
        .setHeader('content-type', 'text/xml; charset=utf-8')
        .end(
          `<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><Result>${result}</Result></s:Body></s:Envelope>`,
        );
    })();
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const core: SoapCore = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    actions,
    loses: () => false,
    async stop() {
      server.close();
      server.closeAllConnections();
      await functions.close();
    },
  };
  return core;
}

async function resultOf(functions: StoredFunctions, action: string, text: string): Promise<string> {
  const [account, customer] = [element(text, 'account'), element(text, 'customer')];
  const asOf = attribute(text, 'date');
  const basis = { bsDt: asOf || null, bsSeq: asOf ? attribute(text, 'entry') : '0' };
  const memo = element(text, 'memo') || null;
  switch (action) {
    case 'Ping': {
      const { biz_dt, sys_tm } = await functions.clock();
      return `<code>OK</code><date>${biz_dt}</date><time>${timeOf(sys_tm)}</time>`;
    }
    case 'Quote':
      return quoted(await functions.quote(account, customer, basis));
    case 'Rehearse':
      return posted(await functions.rehearse(account, customer, basis, memo));
    case 'Pay': {
      const [guid, chkey] = [element(text, 'requestId'), element(text, 'key')];
      const remainingMs = () => LISTENS_MS;
      return paid(await functions.pay({ guid, acno: account, csno: customer, chkey, memo, remainingMs }));
    }
    default:
      return paid(await functions.inquire(element(text, 'of'), account, customer));
  }
}

function quoted(row: QuoteRow): string {
  if (row.rsp_cd !== '0000') return head(row);
  return `${accrued(row)}<holder>${escaped(row.hld_nm.trimEnd())}</holder><payable>${row.pay_fg === 'Y'}</payable>
    <reason>${WORDS[row.rsn_cd] ?? row.rsn_cd}</reason>
    <validUntil><date>${row.exp_dt}</date><time>00:00:00.000</time></validUntil>`;
}

function posted(row: AnswerRow): string {
  if (row.rsp_cd !== '0000') return head(row);
  const lines = row.gl_cd.map((gl, i) => {
    const side = row.gl_dc[i] === 'D' ? 'DEBIT' : 'CREDIT';
    return `<line account="${GL_WORDS[gl] ?? gl}" side="${side}">${row.gl_amt[i]}</line>`;
  });
  return `${accrued(row)}<balance>${row.bal_aft}</balance><memo>${escaped(row.memo ?? '')}</memo>${lines.join('')}`;
}

function paid(row: AnswerRow): string {
  if (row.rsp_cd !== '0000') return head(row);
  return `${posted(row)}<receipt id="${row.payo_id}" again="${row.repl_fg === 'Y'}"><date>${row.paid_dt}</date>
    <time>${timeOf(row.paid_tm)}</time></receipt>`;
}

function accrued(row: QuoteRow | AnswerRow): string {
  return `${head(row)}<account>${row.acno}</account><period from="${row.fr_dt}" to="${row.to_dt}"/><gross>${row.grs}</gross>
    <tax><income>${row.itx}</income><local>${row.ltx}</local><farm>${row.ftx}</farm></tax><net>${row.net}</net>
    <currency>KRW</currency>`;
}

function head(row: QuoteRow | AnswerRow): string {
  const asOf = row.bs_dt === null ? '' : `<asOf date="${row.bs_dt}" entry="${row.bs_seq}"/>`;
  return `<code>${WORDS[row.rsp_cd] ?? row.rsp_cd}</code>${asOf}<message>${escaped(row.msg_tx)}</message>`;
}

const ENTITIES = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': "'" };
const escaped = (text: string): string =>
  Object.entries(ENTITIES).reduce((all, [entity, char]) => all.replaceAll(char, entity), text);
const unescaped = (text: string): string =>
  Object.entries(ENTITIES).reduceRight((all, [entity, char]) => all.replaceAll(entity, char), text);
const element = (text: string, name: string): string =>
  unescaped(new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1] ?? '');
const attribute = (text: string, name: string): string =>
  new RegExp(`<asOf[^>]* ${name}="([^"]*)"`).exec(text)?.[1] ?? '';

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
