import {
  BANK_ROLES,
  type BankRole,
  createTestDatabase,
  openAccount,
  type TestDatabase,
} from '@core-exit/local-stack/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const HISTORY = [
  'account_txn',
  'posting',
  'interest_payout',
  'account_standing',
  'interest_reversal',
  'interest_correction',
  'day_close',
  'day_seal',
];

let db: TestDatabase;
let owner: pg.Client;
let accountNo: string;
const clients = new Map<BankRole, pg.Client>();

beforeAll(async () => {
  db = await createTestDatabase();
  owner = await connected();
  for (const role of BANK_ROLES) clients.set(role, await connected(role));
  ({ accountNo } = await openAccount(db.url(), { balances: [{ daysAgo: 3, closing: 1_000_000n }] }));
});
afterAll(async () => {
  await Promise.all([owner, ...clients.values()].map((client) => client.end()));
  await db.drop();
});

async function connected(role?: BankRole): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: db.url(role) });
  await client.connect();
  return client;
}

const outcomeOf = (client: pg.Client | undefined, sql: string): Promise<string> =>
  client?.query(sql).then(
    () => 'done',
    (fault: Error) => fault.message,
  ) ?? Promise.resolve('no client');

const editsOf = (table: string) => [
  `update core.${table} set ${table.startsWith('day_') ? 'business_date = business_date' : 'account_no = account_no'}`,
  `delete from core.${table}`,
  `truncate core.${table} cascade`,
  `merge into core.${table} t using (select 1) s on true when matched then delete`,
];

describe.each(HISTORY)('%s', (table) => {
  it.each(BANK_ROLES)('cannot be edited by %s, who has no right to', async (role) => {
    for (const sql of editsOf(table)) {
      expect(await outcomeOf(clients.get(role), sql), sql).toMatch(/permission denied/);
    }
    expect(await outcomeOf(clients.get(role), `alter table core.${table} disable trigger all`)).toMatch(
      /must be owner|permission denied/,
    );
  });

  it('cannot be edited by its owner, whatever he is called, while the trigger stands', async () => {
    for (const sql of editsOf(table)) expect(await outcomeOf(owner, sql), sql).toMatch(/append-only/);
    await owner.query('set session_replication_role = replica');
    for (const sql of editsOf(table)) expect(await outcomeOf(owner, sql), sql).toMatch(/append-only/);
    await owner.query('reset session_replication_role');
  });
});

describe('the roles of the bank', () => {
  it('own nothing in the ledger, are no superusers and act for nobody who is', async () => {
    const { rows } = await owner.query(
      `select r.rolname from pg_roles r
        where r.rolname = any($1)
          and (r.rolsuper or r.rolbypassrls or r.rolcreaterole
               or (r.rolreplication and r.rolname <> 'ledger_stream') -- reads the log, writes nothing
               or exists (select from pg_auth_members m where m.member = r.oid)
               or exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                           where n.nspname = 'core' and c.relowner = r.oid))`,
      [BANK_ROLES],
    );
    expect(rows).toEqual([]);
  });

  it('get no right to edit history from being everybody', async () => {
    const { rows } = await owner.query(
      `select c.relname, p.privilege from pg_class c join pg_namespace n on n.oid = c.relnamespace
        cross join unnest(array['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES', 'MAINTAIN']) p (privilege)
        cross join unnest($1::text[]) r (role)
        where n.nspname = 'core' and c.relname = any($2) and has_table_privilege(r.role, c.oid, p.privilege)`,
      [BANK_ROLES, HISTORY],
    );
    expect(rows).toEqual([]);
  });
});

describe('a day that is over', () => {
  const entry = (daysAgo: number, seq: number) => `
    with e as (
      insert into core.account_txn
        (account_no, seq, kind, amount, balance_after, value_date, business_date, posted_at, channel)
      values ('${accountNo}', ${seq}, 'DEPOSIT', 500, 1000500, core.business_date() - ${daysAgo},
              core.business_date() - ${daysAgo}, core.bank_now(), 'TEST'))
    insert into core.posting
    values ('${accountNo}', ${seq}, 1, 'CASH_CLEARING', 500), ('${accountNo}', ${seq}, 2, 'CUSTOMER_DEPOSIT', -500)`;
  const standing = (daysAgo: number) => `
    insert into core.account_standing (account_no, seq, account_status, customer_status, tax_class, business_date)
    values ('${accountNo}', 7, 'dormant', 'active', 'resident', core.business_date() - ${daysAgo})`;
  const receipt = (daysAgo: number) => `
    insert into core.interest_payout
      (payout_id, account_no, seq, basis_seq, customer_id, channel_key, request_hash, core, business_date, period_from,
       period_to, gross, income_tax, local_tax, net, balance_after, tax_class, tax_rule_version, paid_at)
    select gen_random_uuid(), account_no, 1, 0, customer_id, 'late', '', 'new', d, d - 1, d, 1, 0, 0, 1, 1, '', '', core.bank_now()
      from core.account, (select core.business_date() - ${daysAgo} as d) x where account_no = '${accountNo}'`;

  it('is closed by the new core only, and not before it is over', async () => {
    const close = (daysAgo: number) => `select core.close_day(core.business_date() - ${daysAgo})`;
    expect(await outcomeOf(clients.get('channel'), close(2))).toMatch(/permission denied/);
    expect(await outcomeOf(clients.get('interest_service'), close(0))).toMatch(/is not over/);
    expect(await outcomeOf(clients.get('interest_service'), close(2))).toBe('done');
    expect(await outcomeOf(clients.get('interest_service'), close(2))).toBe('done');
  });

  it('takes no entry, receipt or standing any more; the day after does', async () => {
    expect(await outcomeOf(owner, entry(2, 2))).toMatch(/is closed/);
    expect(await outcomeOf(owner, entry(3, 2))).toMatch(/is closed/);
    expect(await outcomeOf(owner, standing(2))).toMatch(/is closed/);
    expect(await outcomeOf(owner, receipt(2))).toMatch(/is closed/);
    expect(await outcomeOf(owner, entry(1, 2))).toBe('done');
    expect(await outcomeOf(owner, standing(1))).toBe('done');
    expect(await outcomeOf(owner, receipt(1))).toBe('done');
  });

  it('is sealed after another seal, once', async () => {
    const seal = (daysAgo: number, after: number | null, digest: string) => {
      const previous =
        after === null
          ? 'null, null'
          : `core.business_date() - ${after}, decode(repeat('${digest}', 32), 'hex')`;
      return `insert into core.day_seal (business_date, form, accounts, facts, digest, previous_date, previous_digest)
              values (core.business_date() - ${daysAgo}, 1, 1, 1, decode(repeat('aa', 32), 'hex'), ${previous})`;
    };
    const sealer = clients.get('interest_service');
    expect(await outcomeOf(sealer, seal(1, null, ''))).toMatch(/foreign key/); // not closed
    expect(await outcomeOf(sealer, seal(2, null, ''))).toBe('done');
    await owner.query('select core.close_day(core.business_date() - 1)');
    expect(await outcomeOf(sealer, seal(1, null, ''))).toMatch(/one_seal_follows/);
    expect(await outcomeOf(sealer, seal(1, 2, 'bb'))).toMatch(/follows_a_seal/);
    expect(await outcomeOf(sealer, seal(1, 2, 'aa'))).toBe('done');
  });
});
