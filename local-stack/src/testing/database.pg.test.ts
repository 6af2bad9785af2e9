import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { query } from '../parts/postgres.ts';
import { createBankAuth, createTestDatabase, createTestRedis } from '../testing.ts';

describe('a test database', () => {
  it('has the core ledger and the bank`s source of the date', async () => {
    const database = await createTestDatabase();
    const [row] = await query<{ date: string }>(database.url(), 'select core.business_date()::text as date');
    expect(row?.date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    await database.drop();
  });

  it('is separate: a test does not see what another test writes', async () => {
    const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    await query(one.url(), 'create table only_here ()');
    await expect(query(other.url(), 'select from only_here')).rejects.toThrow('does not exist');
    await Promise.all([one.drop(), other.drop()]);
    await expect(query(one.url(), 'select')).rejects.toThrow('does not exist');
  });

  it('accepts each of the bank`s roles', async () => {
    const database = await createTestDatabase();
    for (const role of ['interest_service', 'legacy_core', 'channel', 'auditor'] as const) {
      expect(await query(database.url(role), 'select current_user as role')).toEqual([{ role }]);
    }
    await database.drop();
  });

  it('fails its test if a connection was left open, and is dropped nevertheless', async () => {
    const database = await createTestDatabase();
    const client = new pg.Client({
      connectionString: database.url('auditor'),
      application_name: 'pool of a test',
    });
    client.on('error', () => {});
    await client.connect();
    await expect(database.drop()).rejects.toMatchObject({
      code: 'CONNECTIONS_LEAKED',
      message: expect.stringContaining('auditor (pool of a test), idle'),
    });
    await expect(query(database.url(), 'select')).rejects.toThrow('does not exist');
  });
});

describe('a test Redis', () => {
  it('is separate from the next one', async () => {
    const [one, other] = await Promise.all([createTestRedis(), createTestRedis()]);
    expect(one.url).not.toBe(other.url);
  });
});

describe('the bank`s token issuer', () => {
  it('signs tokens that its public keys verify, and keeps the private key', async () => {
    const { createLocalJWKSet, jwtVerify } = await import('jose');
    const auth = await createBankAuth();
    const keys = JSON.parse(auth.jwks);
    expect(auth.jwks).not.toContain('"d"');
    const token = await auth.signToken({ sub: 'gateway', scope: 'core.rehearse' });
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
      issuer: 'bank-auth',
      audience: 'interest-payout',
    });
    expect(payload).toMatchObject({ sub: 'gateway', scope: 'core.rehearse' });
    const expired = await auth.signToken({ sub: 'C1', expiresIn: '-1s' });
    await expect(jwtVerify(expired, createLocalJWKSet(keys))).rejects.toThrow('exp');
  });
});
