import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { provided, startTestBank, type TestBank, waitFor } from '@core-exit/local-stack/testing';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verdictTopic } from '../../comparator/src/stream/topic.ts';

const LEGACY_CORE = join(import.meta.dirname, '../../legacy-core-adapter/legacy-core/main.ts');
const COMPARATOR = join(import.meta.dirname, '../src/main.ts');
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;
const RESIDENT_NUMBER = '900101-1234567';
const MISMATCHES = 5;
const CUSTOMERS = 20;

let bank: TestBank;
let owner: pg.Pool;
beforeAll(async () => {
  bank = await startTestBank({ stage: 'shadow', logLevel: 'info', accounts: 200, verdictsByKafka: true });
  owner = new pg.Pool({ connectionString: bank.database.url(), max: 2 });
});
afterAll(async () => {
  await owner.end();
  await bank.close();
});

type Asked = { method?: string; token?: string; body?: string; key?: string; url?: string };

async function ask(path: string, { method = 'GET', token, body, key, url = bank.gatewayUrl }: Asked) {
  const headers: Record<string, string> = {};
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (key !== undefined) headers['idempotency-key'] = key;
  const answer = await fetch(url + path, { method, headers, ...(body !== undefined && { body }) });
  await answer.arrayBuffer();
  return answer.status;
}

/** Payouts, refusals, mismatches, bad input, strangers, operators: each with somebody's name, number or account in it. */
async function drive(name: string): Promise<Set<number>> {
  const statuses = new Set<number>();
  const tell = async (answer: Promise<number>) => void statuses.add(await answer);
  const { operator, service } = bank.tokens;
  for (const [i, { accountNo, token }] of bank.customers.slice(0, CUSTOMERS).entries()) {
    const quote = `/v1/accounts/${accountNo}/interest`;
    const payouts = `/v1/accounts/${accountNo}/interest-payouts`;
    const stranger = bank.customers[i + 1]?.token ?? '';
    const pay = {
      method: 'POST',
      token,
      body: JSON.stringify({ memo: name }),
      key: `privacy-${i}-payout-0001`,
    };
    await tell(ask(quote, { token }));
    await tell(ask(payouts, pay));
    await tell(ask(payouts, { ...pay, key: `privacy-${i}-payout-0002` })); // paid today
    await tell(ask(payouts, { ...pay, body: `{"memo":"${name}` })); // torn JSON
    await tell(ask(payouts, { ...pay, body: JSON.stringify({ memo: `${RESIDENT_NUMBER} ${accountNo}` }) }));
    await tell(ask(payouts, { ...pay, body: JSON.stringify({ [name]: RESIDENT_NUMBER }) }));
    await tell(ask(payouts, { ...pay, key: accountNo }));
    await tell(ask(quote, { token: stranger }));
    await tell(ask(quote, { token: operator }));
    await tell(ask(`${quote}?${accountNo}=${RESIDENT_NUMBER}`, { token }));
    await tell(ask(`/v1/${accountNo}/${encodeURIComponent(name)}`, { token }));
    for (const url of [bank.newCore.url, bank.legacyAdapterUrl]) {
      await tell(ask(quote, { token: service, url }));
      await tell(ask(payouts, { ...pay, url, body: `{"memo":${accountNo}}` }));
      await tell(ask(`${quote}?businessDate=2026-13-99&ledgerSeq=${accountNo}`, { token: operator, url }));
    }
  }
  return statuses;
}

const defects = (...command: string[]) =>
  promisify(execFile)(process.execPath, [LEGACY_CORE, 'defect', ...command], {
    env: { DATABASE_URL: bank.database.url() },
  });
const texts = async (sql: string) => (await owner.query<{ text: string }>(sql)).rows.map(({ text }) => text);
const slack = async () => (await fetch(`${provided('slack').url}/messages`)).text();

/** Every row of every table of the comparator. */
async function storedText(): Promise<[string, string][]> {
  const tables = await texts(
    "select table_name as text from information_schema.tables where table_schema = 'comparator'",
  );
  return Promise.all(
    tables.map(async (table): Promise<[string, string]> => {
      const rows = await texts(`select to_json(t)::text as text from comparator.${table} t`);
      return [`table ${table}`, rows.join('\n')];
    }),
  );
}

/** Everything an operator is shown by the comparator's commands. */
async function shownText(): Promise<[string, string][]> {
  const command = async (...args: string[]) => {
    const { stdout } = await promisify(execFile)(process.execPath, [COMPARATOR, ...args], {
      env: { ...bank.comparatorEnv },
      maxBuffer: MAX_OUTPUT_BYTES,
    });
    return [args.join(' '), stdout] as [string, string];
  };
  const lists = ['comparisons', 'signatures', 'alerts', 'verdicts'];
  const shown = await Promise.all([...lists.map((list) => command('list', list)), command('evidence')]);
  const ids = await texts('select id as text from comparator.comparison order by at desc limit 5');
  for (const id of ids) shown.push(await command('show', id), await command('show', id, '--json'));
  return shown;
}

/** Every message gateways have published, as it came over the wire and unpacked; null: there is no Kafka here. */
async function publishedText(): Promise<string | null> {
  const kafka = provided('kafka');
  if ('absent' in kafka) return null;
  const client = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING });
  const consumer = client.consumer({ groupId: `privacy-${randomUUID()}` });
  const messages: string[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic: verdictTopic('').name, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message: { key, value, headers } }) => {
      messages.push(`${key?.toString()} ${value?.toString()} ${JSON.stringify(headers)}`);
    },
  });
  const hasCases = () => messages.some((message) => message.includes('"differences"'));
  await waitFor(hasCases, { timeoutMs: 30_000, what: 'cases in the topic' });
  await consumer.disconnect();
  return messages.join('\n');
}

it('no name, account, customer or resident number is in any log, message, topic, stored row or command output of the comparator', async () => {
  const [first] = bank.customers;
  const [name = ''] = await texts(
    `select name as text from core.customer where customer_id = '${first?.customerId}'`,
  );
  await defects('on', 'income-tax-not-cut', 'payout-day-counted');
  const statuses = await drive(name);
  expect([...statuses]).toEqual(expect.arrayContaining([200, 201, 400, 404, 409]));
  const mismatches = async () =>
    Number(
      (await texts("select count(*)::text as text from comparator.comparison where verdict = 'mismatch'"))[0],
    );
  await waitFor(async () => (await mismatches()) >= MISMATCHES, { timeoutMs: 30_000, what: 'mismatches' });
  await waitFor(async () => (await slack()).includes('interest.'), { timeoutMs: 30_000, what: 'an alert' });

  const secrets = new Set([
    RESIDENT_NUMBER,
    ...(await texts('select account_no as text from core.account')),
    ...(await texts('select customer_id as text from core.customer')),
    ...(await texts('select name as text from core.customer')),
  ]);
  const logs = [...bank.services.values()].map(({ name: of, logFile }): [string, string] => [
    `log of ${of}`,
    readFileSync(logFile, 'utf8'),
  ]);
  expect(logs.length).toBeGreaterThan(5);
  const published = await publishedText();
  const places: [string, string][] = [
    ...logs,
    ['Slack', await slack()],
    ...(await storedText()),
    ...(await shownText()),
    ...(published === null ? [] : [['topic of verdicts', published] as [string, string]]),
  ];
  const found = places.flatMap(([place, text]) =>
    [...secrets]
      .filter((secret) => text.includes(secret))
      .slice(0, 3)
      .map((secret) => {
        const at = text.indexOf(secret);
        return `${place}: ${text.slice(Math.max(0, at - 150), at + 60)}`;
      }),
  );
  expect(found).toEqual([]);
});
