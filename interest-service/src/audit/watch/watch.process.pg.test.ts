import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  createTestDatabase,
  openAccount,
  type SpawnedProcess,
  spawnProcess,
  type TestDatabase,
  waitFor,
} from '@core-exit/local-stack/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealAll, tamper } from '../../../testing/books.ts';

const WITHIN = { timeoutMs: 60_000 };

let db: TestDatabase;
let owner: pg.Client;
let slack: Server;
let watcher: SpawnedProcess;
const messages: string[] = [];
let slackIsDown = true;

beforeAll(async () => {
  db = await createTestDatabase();
  owner = new pg.Client({ connectionString: db.url() });
  await owner.connect();
  slack = createServer((request, response) => {
    void text(request).then((body) => {
      if (slackIsDown) return void response.writeHead(500).end();
      messages.push(body);
      response.end('ok');
    });
  }).listen(0, '127.0.0.1');
  await once(slack, 'listening');
  await openAccount(db.url(), { balances: [{ daysAgo: 5, closing: 1_000_000n }] });
  await sealAll(db);
  watcher = await spawnProcess({
    name: 'watch-test',
    program: ['interest-service/src/main.ts', 'watch'],
    env: {
      DATABASE_URL: db.url('interest_service'),
      SLACK_WEBHOOK_URL: `http://127.0.0.1:${(slack.address() as AddressInfo).port}/`,
    },
  });
}, 120_000);
afterAll(async () => {
  await watcher.stop();
  slack.close();
  slack.closeAllConnections();
  await owner.end();
  await db.drop();
}, 60_000);

const metric = async (name: string): Promise<number> => {
  const answer = await fetch(`${watcher.url}/metrics`);
  const line = (await answer.text()).split('\n').find((each) => each.startsWith(name));
  return Number(line?.split(' ').at(-1));
};

describe('interest-service watch', { timeout: 180_000 }, () => {
  it('is quiet while the books are right', async () => {
    await waitFor(async () => (await metric('interest_watch_rounds_total')) >= 2, WITHIN);
    expect(await metric('interest_anomalies_total{kind="interest-twice"}')).toBe(0);
    expect(watcher.logTail()).not.toMatch(/"level":(40|50)/);
    expect(messages).toEqual([]);
  });

  it('reports impossible data in a metric, in an ERROR line with a masked account, and to Slack once Slack is up again', async () => {
    const { accountNo } = await openAccount(db.url(), { balances: [{ daysAgo: 0, closing: 50_000_000n }] });
    await tamper(owner, `update core.account_txn set balance_after = 1 where account_no = '${accountNo}'`);
    await waitFor(
      async () => (await metric('interest_anomalies_total{kind="books-do-not-fit"}')) > 0,
      WITHIN,
    );
    await waitFor(() => watcher.logTail().includes('alert not delivered'), WITHIN);
    expect(watcher.logTail()).toMatch(/"level":50.*impossible data/);
    expect(watcher.logTail()).not.toContain(accountNo);
    slackIsDown = false;
    await waitFor(() => messages.length > 0, WITHIN);
    expect(messages[0]).toMatch(/books-do-not-fit/);
    expect(messages[0]).not.toContain(accountNo);
  });

  it('seals the day that ended, and continues after its connections were cut', async () => {
    await owner.query('select core.move_business_date(2)');
    await owner.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'interest-watch' and datname = current_database()`,
    );
    const sealed = `select count(*)::int as n from core.day_seal where business_date = core.business_date() - 1`;
    const midnight = `select extract(epoch from (core.bank_now() at time zone 'Asia/Seoul') - core.business_date()::timestamp) as s`;
    const isEarly = Number((await owner.query(midnight)).rows[0].s) < 900;
    // In the first quarter of an hour after midnight no day is sealed yet.
    if (!isEarly) await waitFor(async () => (await owner.query(sealed)).rows[0].n === 1, WITHIN);
    const rounds = await metric('interest_watch_rounds_total');
    await waitFor(async () => (await metric('interest_watch_rounds_total')) > rounds, WITHIN);
  });
});
