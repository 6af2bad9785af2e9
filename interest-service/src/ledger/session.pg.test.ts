import { createTestDatabase, type TestDatabase } from '@core-exit/local-stack/testing';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startForgetfulPooler } from '../../testing/forgetful-pooler.ts';
import { booksPool, connectToBooks, rowsOf } from './books-connection.ts';
import { connect, REPORT_LIMITS } from './data-source.ts';
import { assertSession } from './session.sql.ts';

let db: TestDatabase;
let books: pg.Client;

const AUDIT = { applicationName: 'settings-test', readOnly: true };
beforeAll(async () => {
  db = await createTestDatabase();
  books = await connectToBooks(db.url('auditor'), AUDIT);
});
afterAll(async () => {
  await books.end();
  await db.drop();
});

describe('a connection for long work on the books', () => {
  it('has its limits from the server, also the limit of an idle transaction', async () => {
    const rows = await rowsOf<{ name: string; setting: string }>(
      books,
      `select name, setting from pg_settings where name in
         ('idle_in_transaction_session_timeout', 'lock_timeout', 'statement_timeout', 'default_transaction_read_only')
        order by name`,
    );
    expect(rows).toEqual([
      { name: 'default_transaction_read_only', setting: 'on' },
      { name: 'idle_in_transaction_session_timeout', setting: '60000' },
      { name: 'lock_timeout', setting: '5000' },
      { name: 'statement_timeout', setting: '600000' },
    ]);
  });
});

describe('the settings of a connection', () => {
  const query = (sql: string, values: unknown[]) => rowsOf<{ setting: string }>(books, sql, values);

  it('are what was requested, in any letter case and with any order of day and month', async () => {
    await assertSession(query, { TIMEZONE: 'UTC', datestyle: 'ISO', lock_timeout: 5_000 });
  });

  it.each([
    ['lock_timeout', 5_001, 'lock_timeout is 5000 instead of 5001'],
    ['DateStyle', 'German', 'DateStyle is ISO, MDY instead of German'],
    ['no_such_setting', 1, 'no_such_setting is undefined instead of 1'],
  ])('are refused when %s is not %s', async (name, due, message) => {
    await expect(assertSession(query, { [name]: due })).rejects.toMatchObject({
      code: 'SESSION_NOT_SAFE',
      message: expect.stringContaining(message),
    });
  });

  it.each([
    ['payouts', 'lock_timeout is 0 instead of 1000', (url: string) => connect(url, 'settings-test')],
    [
      'reports',
      'lock_timeout is 0 instead of 1000',
      (url: string) => connect(url, 'settings-test', REPORT_LIMITS),
    ],
    ['an audit', 'statement_timeout is 0 instead of', (url: string) => connectToBooks(url, AUDIT)],
    ['the watch', 'statement_timeout is 0 instead of', (url: string) => booksPool(url, AUDIT)],
  ])(
    'behind a pooler that drops them stop %s from starting, and leave no connection open',
    async (_, message, open) => {
      const pooler = await startForgetfulPooler(db.url());
      try {
        await expect(open(pooler.through(db.url('interest_service')))).rejects.toMatchObject({
          code: 'SESSION_NOT_SAFE',
          message: expect.stringMatching(`${message}.*a pooler dropped the connection's options`),
        });
      } finally {
        pooler.close();
      }
    },
  );
});
