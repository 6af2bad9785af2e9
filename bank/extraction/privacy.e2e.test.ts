import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { provided, runCommand, startTestBank, type TestBank, waitFor } from '@core-exit/local-stack/testing';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';

const LEGACY_CORE = 'legacy-core-adapter/legacy-core/main.ts';
const COMPARATOR = 'comparator/src/main.ts';
const VERDICT_TOPIC = 'comparator.verdicts.v1';
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

type Sent = { method?: string; token?: string; body?: string; key?: string; url?: string };

async function send(path: string, { method = 'GET', token, body, key, url = bank.gatewayUrl }: Sent) {
  const headers: Record<string, string> = {};
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (key !== undefined) headers['idempotency-key'] = key;
  const answer = await fetch(url + path, { method, headers, ...(body !== undefined && { body }) });
  await answer.arrayBuffer();
  return answer.status;
}

/** Payouts, refusals, mismatches, bad input, strangers, operators: each request has a name, a number or an account in it. */
async function drive(name: string): Promise<Set<number>> {
  const statuses = new Set<number>();
  const record = async (answer: Promise<number>) => void statuses.add(await answer);
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
    await record(send(quote, { token }));
    await record(send(payouts, pay));
    await record(send(payouts, { ...pay, key: `privacy-${i}-payout-0002` })); // paid today
    await record(send(payouts, { ...pay, body: `{"memo":"${name}` })); // torn JSON
    await record(
      send(payouts, { ...pay, body: JSON.stringify({ memo: `${RESIDENT_NUMBER} ${accountNo}` }) }),
    );
    await record(send(payouts, { ...pay, body: JSON.stringify({ [name]: RESIDENT_NUMBER }) }));
    await record(send(payouts, { ...pay, key: accountNo }));
    await record(send(quote, { token: stranger }));
    await record(send(quote, { token: operator }));
    await record(send(`${quote}?${accountNo}=${RESIDENT_NUMBER}`, { token }));
    await record(send(`/v1/${accountNo}/${encodeURIComponent(name)}`, { token }));
    for (const url of [bank.newCore.url, bank.legacyAdapterUrl]) {
      await record(send(quote, { token: service, url }));
      await record(send(payouts, { ...pay, url, body: `{"memo":${accountNo}}` }));
      await record(send(`${quote}?businessDate=2026-13-99&ledgerSeq=${accountNo}`, { token: operator, url }));
    }
  }
  return statuses;
}

const defects = async (...command: string[]) => {
  const { code, err } = await runCommand([LEGACY_CORE, 'defect', ...command], {
    DATABASE_URL: bank.database.url(),
  });
  if (code !== 0) throw new Error(err);
};
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

/** Everything that the comparator's commands print for an operator. */
async function shownText(): Promise<[string, string][]> {
  const command = async (...args: string[]) => {
    const { code, out, err } = await runCommand([COMPARATOR, ...args], { ...bank.comparatorEnv });
    if (code !== 0) throw new Error(err);
    return [args.join(' '), out] as [string, string];
  };
  const lists = ['comparisons', 'signatures', 'alerts', 'verdicts'];
  const shown = await Promise.all([...lists.map((list) => command('list', list)), command('evidence')]);
  const ids = await texts('select id as text from comparator.comparison order by at desc limit 5');
  for (const id of ids) shown.push(await command('show', id), await command('show', id, '--json'));
  return shown;
}

/** Every message that gateways have published, as it arrives; null: there is no Kafka. */
async function publishedText(): Promise<string | null> {
  const kafka = provided('kafka');
  if ('absent' in kafka) return null;
  const client = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING });
  const consumer = client.consumer({ groupId: `privacy-${randomUUID()}` });
  const messages: string[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic: VERDICT_TOPIC, fromBeginning: true });
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
